-- Lays out a search's range: what the newer end holds and the older does not, parents before children (a commit is kept after its parents, so
-- ids give that order), the older end first; what lies before stands for it. Side branches are followed to where they left the line at or
-- before the older end. $1 bisection, $2 most commits. Always one row: how many; more than $2 are not kept.
with recursive x as materialized (
	select b.*, o.ordinal as low from bisection b join tree_commit o on o.tree_id = b.tree_id and o.commit_id = b.older_id where b.id = $1::bigint
), walk (commit_id) as (
	select newer_id from x
	union
	select p.parent_id from walk w join commit_parent p on p.commit_id = w.commit_id cross join x
		left join tree_commit tc on tc.tree_id = x.tree_id and tc.commit_id = p.parent_id
	where coalesce(tc.ordinal > x.low, true)
), bound as materialized (
	select min(c.committed_at) - interval '1 day' as since from walk w join commit c on c.id = w.commit_id
), old (commit_id) as ( -- branches that were merged before, as far back as the range goes
	select older_id from x
	union
	select p.parent_id from old o join commit_parent p on p.commit_id = o.commit_id join commit c on c.id = p.parent_id cross join bound where c.committed_at >= bound.since
), range as materialized (
	select commit_id, row_number() over (order by commit_id) as position from walk where commit_id not in (select commit_id from old)
), placed as materialized (
	select older_id as commit_id, 0 as position from x union all select commit_id, position from range
), kept as (
	insert into bisection_commit (bisection_id, position, commit_id, belief)
	select $1::bigint, position, commit_id, 0 from placed where (select count(*) from placed) <= $2::bigint
	on conflict do nothing
), linked as (
	insert into bisection_parent (bisection_id, position, parent)
	select distinct $1::bigint, r.position, coalesce(f.position, 0)
	from range r join commit_parent p on p.commit_id = r.commit_id left join placed f on f.commit_id = p.parent_id
	where (select count(*) from placed) <= $2::bigint
	on conflict do nothing
)
select count(*) as commits from placed limit 1
