-- The piece of a blob that begins at or before a byte. $1 SHA-256; $2 the byte. No row: nothing there.
select start_byte, body from blob_chunk where sha256 = $1::text and start_byte <= $2::bigint order by start_byte desc limit 1
