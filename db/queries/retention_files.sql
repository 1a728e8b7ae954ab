-- Removes the content of files that were not used for longest and that nothing needs, until so many bytes are gone; 16 at once. The rows
-- stay, and lock out whoever sends the same content just then: it finds nothing here and sends all. Who names a file notes its use, so
-- that one which is named just now is no more among these.
-- $1 bytes that are too many; $2, $3 behind this use and name (null: from the beginning). Always one row: how many were looked at (0: that
-- was all, or another process is at it), how many went, with how many bytes, and the last that was looked at.
with turn as (
	select from retention where kind = 'files' for update skip locked
), next as materialized (
	select b.sha256, b.size_bytes, b.used_at
	from turn cross join lateral (
		select sha256, size_bytes, used_at from blob
		where is_complete and used_at < now() - interval '7 days' and (used_at, sha256) > (coalesce($2::timestamptz, '-infinity'), coalesce($3::text, ''))
		order by used_at, sha256 limit 16
		for update skip locked) b
), free as materialized (
	select sha256, size_bytes, sum(size_bytes) over (order by used_at, sha256 rows between unbounded preceding and 1 preceding) as before
	from next where not blob_is_needed(sha256)
), gone as materialized (
	select sha256, size_bytes from free where coalesce(before, 0) < $1::bigint
), pieces as (
	delete from blob_chunk c using gone g where c.sha256 = g.sha256
), marked as (
	update blob b set is_complete = false, removed_at = now() from gone g where b.sha256 = g.sha256
), counted as (
	update retention
	set removed = removed + (select count(*) from gone), freed_bytes = freed_bytes + (select coalesce(sum(size_bytes), 0) from gone), removed_at = now()
	where kind = 'files' and exists (select from gone)
)
select (select count(*) from next) as looked, (select count(*) from gone) as removed, (select coalesce(sum(size_bytes), 0)::bigint from gone) as bytes,
	(select max(used_at) from next)::text as last_used_at, (select sha256 from next order by used_at desc, sha256 desc limit 1) as last_sha256
limit 1
