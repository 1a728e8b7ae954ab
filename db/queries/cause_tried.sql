-- What was tried of a tree's newest 400 commits that were, and of patched kernels on them, by profile and what counters mean; in the order of the
-- line, patched ones behind it. Of the 20 crashes that were seen last there, in how many of these attempts each came. $1 tree.
-- A row for each place and bug seen there, or one with null: `place` counts from 0, `before` is the place one step before (the last commit
-- tried under the same conditions, or what a patched kernel stands on; null: none), `step` is the same under all conditions.
with line as materialized (
	select r.id as revision_id, r.commit_id, tc.ordinal
	from tree_commit tc join revision r on r.tree_id = tc.tree_id and r.commit_id = tc.commit_id and r.is_plain
	where tc.tree_id = $1::bigint and tc.ordinal is not null and exists (select from tally t where t.revision_id = r.id and t.exposure > 0)
	order by tc.ordinal desc limit 400
), kernel as (
	select revision_id, ordinal, null::bigint as base_id from line
	union all
	select p.id, l.ordinal, l.revision_id from line l join revision p on p.tree_id = $1::bigint and p.commit_id = l.commit_id and not p.is_plain
), cell as materialized (
	select k.revision_id, k.base_id, k.ordinal, t.profile_id, t.meaning, t.exposure,
		row_number() over (order by k.base_id is not null, k.ordinal, k.revision_id, t.profile_id) - 1 as place,
		dense_rank() over (order by k.base_id is not null, k.ordinal, k.revision_id) as step
	from kernel k join tally t on t.revision_id = k.revision_id and t.exposure > 0 and t.meaning is not null
), bugs as materialized (
	select y.bug_id from cell c join bug_tally y on y.revision_id = c.revision_id and y.profile_id = c.profile_id
		join bug b on b.id = y.bug_id and b.state in ('new', 'open', 'fixed', 'reopened') and bug_what(b.type) = 'crash'
	group by y.bug_id order by max(y.last_at) desc, y.bug_id limit 20
), linked as (
	select c.*, case when c.base_id is null then lag(c.place) over (partition by c.base_id is null, c.profile_id, c.meaning order by c.ordinal)
		else (select o.place from cell o where o.revision_id = c.base_id and o.profile_id = c.profile_id and o.meaning = c.meaning) end as before
	from cell c
)
select l.place, l.before, l.step, l.revision_id, l.exposure, y.bug_id, coalesce(y.known, 0) as k
from linked l left join bug_tally y on y.revision_id = l.revision_id and y.profile_id = l.profile_id and y.bug_id in (select bug_id from bugs)
order by l.place, y.bug_id limit 20000
