-- Adds a git tree, and asks for its first fetch.
-- $1 name, $2 url, $3 branch, $4 web_url or null, $5 family (null: that of all trees of which nothing is said). No row: the name is taken.
with made as (
	insert into tree (name, kind, url, branch, web_url, family, refresh_wanted_at)
	values ($1::text, 'git', $2::text, $3::text, $4::text, coalesce($5::text, 'linux'), now())
	on conflict (name) do nothing
	returning id
)
select id, event_add('tree', id, null)::text as told from made limit 1;
