-- How much of a blob is here. $1 SHA-256. No row: nothing.
select b.size_bytes, b.is_complete, not b.is_complete and b.removed_at is not null as is_removed,
	case when b.is_complete then b.size_bytes
		else (select coalesce(max(c.start_byte + length(c.body)), 0) from blob_chunk c where c.sha256 = b.sha256) end as have
from blob b where b.sha256 = $1::text
