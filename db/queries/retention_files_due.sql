-- Files that retention_files may remove for want of room, the longest unused first, up to so many bytes. $1 bytes that are too many. Always one row.
with free as (
	select size_bytes, sum(size_bytes) over (order by used_at, sha256 rows between unbounded preceding and 1 preceding) as before
	from blob
	where is_complete and used_at < now() - interval '7 days' and $1::bigint > 0 and not blob_is_needed(sha256)
)
select count(*) as removed, coalesce(sum(size_bytes), 0)::bigint as bytes from free where coalesce(before, 0) < $1
limit 1
