-- Adds a rule. $1 its fields as JSON (name, pattern, target, arch, fs, tree, issue, link, bug, state), $2 who, $3 a note.
-- Always one row: its id, or what is unknown ('tree', 'bug').
with given as (
	select g.*, t.id as tree_id, b.id as bug_id
	from jsonb_to_record($1::jsonb) g (name text, pattern text, target text, arch text, fs text, tree text, issue text, link text, bug bigint, state text)
	left join tree t on t.name = g.tree
	left join bug b on b.id = g.bug
), made as (
	insert into rule (name, pattern, target, arch, fs, tree_id, issue, link, bug_id, state)
	select name, pattern, target, arch, fs, tree_id, issue, link, bug_id, coalesce(state, 'active') from given
	where (tree is null or tree_id is not null) and (bug is null or bug_id is not null)
	returning id
), noted as (
	insert into rule_history (rule_id, version, token_id, content, note)
	select id, 1, $2::bigint, jsonb_strip_nulls($1), coalesce($3::text, '') from made
)
select (select id from made) as id, case when tree is not null and tree_id is null then 'tree' when bug is not null and bug_id is null then 'bug' end as unknown,
	pg_notify('work', 'rules')::text as word
from given limit 1
