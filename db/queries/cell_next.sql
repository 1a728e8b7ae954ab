-- Within a transaction: a tree for which idle machines may try what was not tried enough, nobody else's until the end: its policy has minutes left
-- today for what nobody asked, no such run of it is under way, and it was not looked at for a minute. With these minutes, the crashes that
-- were seen there last, the machines that are idle, and the architectures for which one is and nothing above priority $1 waits; lists are
-- JSON. No row: none.
with p as materialized (
	select p.tree_id, p.bisect_minutes - unasked_minutes(p.tree_id) as left_minutes from tree_policy p
	where p.is_on and p.bisect_minutes > unasked_minutes(p.tree_id) and (p.cells_at is null or p.cells_at < now() - interval '60 seconds')
		and not exists (select from cell_run c join job j on j.run_id = c.run_id and j.ended_at is null where c.tree_id = p.tree_id)
	order by p.cells_at nulls first, p.tree_id limit 1 for update of p skip locked
), idle as materialized (
	select m.name, m.tags from machine m
	where m.state = 'active' and m.health in ('good', 'unknown') and m.seen_at > now() - interval '2 minutes'
		and greatest(1, coalesce(m.slots, 1)) > (select count(*) from attempt a where a.machine_id = m.id and a.state = 'running')
), arch as materialized (
	select distinct tag from idle cross join unnest(tags) tag
	where tag like 'arch:%' and not exists (select from lane l where l.is_open and l.priority > $1::bigint and tag = any (l.needs))
), looked as (
	update tree_policy set cells_at = now() from p where tree_policy.tree_id = p.tree_id
)
select p.tree_id, t.name as tree, p.left_minutes, (select coalesce(json_agg(name order by name), '[]') from idle)::text as machines, (select json_agg(substr(tag, 6) order by tag) from arch)::text as arches,
	(select coalesce(json_agg(b.bug_id), '[]') from (
		select y.bug_id from revision r join bug_tally y on y.revision_id = r.id join bug b on b.id = y.bug_id and b.state in ('new', 'open', 'reopened') and bug_what(b.type) = 'crash'
		where r.tree_id = p.tree_id and r.is_plain group by y.bug_id having sum(y.attempts) > 2 order by max(y.last_at) desc, y.bug_id limit 10) b)::text as bugs
from p join tree t on t.id = p.tree_id where exists (select from arch)
