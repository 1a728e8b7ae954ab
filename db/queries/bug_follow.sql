-- What has become of the bug that a report's titles lead to: a duplicate's reports count for the other bug; a report from a
-- revision that has the fix belongs to the bug that was made when it was seen again. A report that is kept on the way stays.
-- $1 bug, $2 attempt, $3 the bug that it is kept for (null: it is a new report). One row: bug_id (null: a bug is to be made,
-- behind last_id), last_id. When people have led it in a circle, the oldest bug there has it.
with recursive place as (
	select j.revision_id from attempt a join job j on j.id = a.job_id where a.id = $2::bigint
), way as (
	select $1::bigint as id, null::bigint as duplicate_of, false as is_past, $1::bigint as next_id
	union
	select b.id, b.duplicate_of, s.is_past, case when b.duplicate_of is not null then b.duplicate_of when s.is_past then n.id end
	from way w
	join bug b on b.id = w.next_id
	left join bug n on n.previous_id = b.id
	cross join lateral (
		select b.duplicate_of is null and exists (select from bug_fix f where f.bug_id = b.id)
			and bug_fix_holds(b.id, (select revision_id from place)) as is_past
	) s
)
select case
	when $3::bigint in (select id from way) then $3::bigint
	when ends.n = 0 then (select min(id) from way where duplicate_of is null)
	when not ends.is_past then ends.id end as bug_id, ends.id as last_id
from (select count(*) as n, min(id) as id, bool_or(is_past) as is_past from way where next_id is null) ends
limit 1
