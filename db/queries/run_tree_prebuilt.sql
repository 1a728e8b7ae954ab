-- Finds or makes a tree of prebuilt kernels.
-- $1 name. No row: that name belongs to a git tree.
with made as (
	insert into tree (name, kind) values ($1::text, 'prebuilt')
	on conflict (name) do nothing
	returning id
)
select id from made
union all
select id from tree where name = $1::text and kind = 'prebuilt'
limit 1;
