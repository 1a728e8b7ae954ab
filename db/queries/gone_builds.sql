-- A tree's unsettled bugs of builds and boots, of each kind the 50 that were seen last: which are gone, which are not (any more), and
-- which are to be told: a warning only when an older commit compiled the same file without it. What a tree's first builds warn of is told to nobody.
-- $1 tree. One row: how many are gone, how many are to be told.
with b as materialized (
	select id, state, what from (
		select b.id, b.state, bug_what(b.type) as what, row_number() over (partition by bug_what(b.type) order by max(y.last_at) desc, b.id desc) as n
		from bug b join bug_tally y on y.bug_id = b.id join revision r on r.id = y.revision_id and r.is_plain and r.tree_id = $1::bigint
		where b.type in ('BUILD', 'BUILD_WARNING', 'BOOT') and b.state in ('new', 'open', 'reopened')
		group by b.id
		having not exists (select from bug_gone g where g.bug_id = b.id and g.tree_id = $1::bigint and g.noted_at > max(y.last_at))) x
	where n <= 50
), looked as materialized (
	select b.*, e.* from b cross join lateral bug_edges(b.id, $1::bigint) e where e.first is not null
), told as (
	insert into alert_item (bug_id, kind)
	select l.id, 'bug_new' from looked l
	where l.state = 'new' and (l.what <> 'warning' or l.good is not null) and not exists (select from alert a where a.bug_id = l.id)
	on conflict do nothing
	returning bug_id
), kept as (
	insert into bug_gone (bug_id, tree_id, last_id, first_id, exposure, due, chance)
	select l.id, $1::bigint, c.commit_id, f.commit_id, l.behind, 0, l.sure
	from looked l join tree_commit c on c.tree_id = $1::bigint and c.ordinal = l.last join tree_commit f on f.tree_id = $1::bigint and f.ordinal = l.gone
	where l.sure >= 0.99
	on conflict (bug_id, tree_id) do update set last_id = excluded.last_id, first_id = excluded.first_id, exposure = excluded.exposure, chance = excluded.chance
	returning bug_id
), back as (
	delete from bug_gone g using looked l where g.bug_id = l.id and g.tree_id = $1::bigint and l.sure < 0.99
)
select (select count(*) from kept) as gone, (select count(*) from told) as told limit 1
