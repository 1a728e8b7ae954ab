-- A blob before bytes are added: made when it is new, and locked. $1 SHA-256; $2 its size.
with made as (
	insert into blob (sha256, size_bytes) values ($1::text, $2::bigint)
	on conflict (sha256) do update set used_at = now()
	returning sha256, size_bytes, is_complete
)
select made.size_bytes, made.is_complete,
	(select coalesce(max(c.start_byte + length(c.body)), 0) from blob_chunk c where c.sha256 = made.sha256) as have
from made
