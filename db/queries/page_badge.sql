-- A badge for a tree: how many bugs of it and changes in it are open. $1 tree. No row: no such tree.
with n as materialized (
	select t.name, exists (select from revision r where r.tree_id = t.id and exists (select from tally where revision_id = r.id offset 0)) as is_tested,
		(select count(*) from bug b where b.family = t.family and b.state in ('new', 'open', 'reopened')
			and exists (select from bug_tally y join revision r on r.id = y.revision_id and r.is_plain where y.bug_id = b.id and r.tree_id = t.id offset 0)) as bugs,
		(select count(*) from series s join change c on c.series_id = s.id where s.tree_id = t.id and c.state in ('confirmed', 'acknowledged') and c.gone_at is null) as changes
	from tree t where t.name = $1::text
), said as materialized (
	select name, case when bugs + changes > 0 then concat_ws(', ', case when bugs > 0 then page_counted(bugs, 'open bug', 'open bugs') end, case when changes > 0 then page_counted(changes, 'change', 'changes') end)
		when is_tested then 'no open bug' else 'not tested' end as text, case when bugs > 0 then '#b0141e' when changes > 0 then '#7d4a00' when is_tested then '#17683a' else '#59636f' end as ground
	from n
)
select json_build_object('name', name, 'text', text, 'ground', ground, 'name_width', 7 * length(name), 'text_width', 6 * length(text), 'split', 7 * length(name) + 12, 'right', 6 * length(text) + 12,
	'width', 7 * length(name) + 6 * length(text) + 24, 'text_x', 7 * length(name) + 18) as page
from said
