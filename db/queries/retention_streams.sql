-- Removes consoles (with build logs) or samples of the next attempts that ended long enough ago, of those without a report, in their
-- order, and moves the mark. At most so many attempts and about so many bytes at once: a statement has 15 s, and the lock is the mark's alone.
-- $1 consoles or samples; $2 days; $3 bytes: no more once so many are gone. Always one row: how many attempts were looked at (0: none is
-- due, or another process is at it), how many had something, and what that was.
with turn as (
	select mark from retention where kind = $1::text for update skip locked
), next as materialized (
	select d.*, sum(case when d.is_evidence then 0 else d.bytes end) over (order by d.attempt_id rows between unbounded preceding and 1 preceding) as before
	from turn cross join lateral retention_attempts($1, turn.mark, $2::integer, 64) d
), due as materialized (
	select attempt_id, claimed_at, is_evidence, bytes from next where coalesce(before, 0) < $3::bigint
), gone as materialized (
	select attempt_id, claimed_at, bytes from due where not is_evidence and bytes > 0
), pieces as (
	delete from chunk c using gone g where c.attempt_id = g.attempt_id and c.claimed_at = g.claimed_at and retention_holds($1, c.name)
), counters as (
	delete from sample s using gone g where $1 = 'samples' and s.attempt_id = g.attempt_id and s.claimed_at = g.claimed_at
), marked as (
	update stream s
	set removed_at = now(), is_complete = true, is_read = true, read_bytes = size_bytes, reader_error = null, reader_retry_at = null
	from gone g
	where s.attempt_id = g.attempt_id and s.removed_at is null and retention_holds($1, s.name)
), moved as (
	update retention
	set mark = (select max(attempt_id) from due), removed = removed + (select count(*) from gone),
		freed_bytes = freed_bytes + (select coalesce(sum(bytes), 0) from gone),
		removed_at = case when exists (select from gone) then now() else removed_at end
	where kind = $1 and exists (select from due)
)
select (select count(*) from due) as looked, (select count(*) from gone) as removed, (select coalesce(sum(bytes), 0)::bigint from gone) as bytes
limit 1
