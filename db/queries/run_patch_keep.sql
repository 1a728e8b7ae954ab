-- Keeps a patch by content, whole.
-- $1 SHA-256, $2 bytes. Answers no rows; a patch that is here already is only marked as used.
with kept as (
	insert into blob (sha256, size_bytes, is_complete) values ($1::text, length($2::bytea), true)
	on conflict (sha256) do update set used_at = now(), is_complete = true
)
insert into blob_chunk (sha256, start_byte, body) values ($1::text, 0, $2::bytea)
on conflict (sha256, start_byte) do nothing;
