-- Adds bytes at the end of a blob. $1 SHA-256; $2 offset; $3 bytes.
insert into blob_chunk (sha256, start_byte, body) values ($1::text, $2::bigint, $3::bytea)
