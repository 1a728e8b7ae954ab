-- Keeps a patch by content, whole: also where another sender has begun to send something under its name.
-- $1 SHA-256, $2 bytes. Answers no rows; a patch that is here already is only marked as used.
with kept as (
	insert into blob (sha256, size_bytes, is_complete) values ($1::text, length($2::bytea), true)
	on conflict (sha256) do update set used_at = now(), is_complete = true, removed_at = null, size_bytes = excluded.size_bytes
),
gone as (
	delete from blob_chunk where sha256 = $1::text and start_byte > 0
)
insert into blob_chunk (sha256, start_byte, body) values ($1::text, 0, $2::bytea)
on conflict (sha256, start_byte) do update set body = excluded.body where blob_chunk.body is distinct from excluded.body;
