-- Is the fix of a bug named so already? $1 bug, $2 tree or null, $3 title, $4 hash or null. No row: no.
select bug_id from bug_fix
where bug_id = $1::bigint and tree_id is not distinct from $2::bigint and title = $3::text and sha is not distinct from $4::text
	and not exists (select from bug_needless n where n.bug_id = bug_fix.bug_id and n.tree_id = bug_fix.tree_id)
limit 1
