-- The bug that a report belongs to by what it is called: where a person has put it before its titles, its own title before
-- its others, then the older bug. is_led_on: bug_follow says what has become of that bug.
-- $1 title, $2 alternative titles, $3 attempt, $4 start, $5 end. bug_id is null for a bug not seen before; kept_id: the bug that it is kept
-- for, null for a new report. No row: no such attempt.
select t.family, found.bug_id, coalesce(found.is_pinned, false) as is_pinned,
	exists (select from bug b where b.id = found.bug_id and (b.duplicate_of is not null or exists (select from bug_fix f where f.bug_id = b.id))) as is_led_on,
	(select o.bug_id from occurrence o where o.attempt_id = a.id and o.claimed_at = a.claimed_at and o.start_byte = $4::bigint) as kept_id
from attempt a
join job j on j.id = a.job_id
join revision r on r.id = j.revision_id
join tree t on t.id = r.tree_id
left join lateral (
	select p.bug_id, true as is_pinned, case when p.start_byte = $4::bigint then 0 else 1 end as rank
	from bug_pin p
	where p.attempt_id = a.id and (p.start_byte = $4::bigint or (p.start_byte < $5::bigint and p.end_byte > $4::bigint))
	union all
	select bt.bug_id, false, case when bt.title = $1::text then 2 else 3 end
	from bug_title bt
	where bt.family = t.family and (bt.title = $1::text or bt.title = any ($2::text[]))
	order by rank, bug_id
	limit 1
) found on true
where a.id = $3::bigint
limit 1
