-- Names the fix of a bug. Where it is called so in one tree, that tree needs it. $1 bug, $2 tree (null: all that have none of their own),
-- $3 title, $4 hash or null. No row: it is named so already.
with put as (
	insert into bug_fix (bug_id, tree_id, title, sha) values ($1::bigint, $2::bigint, $3::text, $4::text)
	on conflict (bug_id, tree_id) do update set title = excluded.title, sha = excluded.sha
	where bug_fix.title <> excluded.title or bug_fix.sha is distinct from excluded.sha
	returning bug_id
), forgotten as (
	delete from bug_fix_commit using put where bug_fix_commit.bug_id = put.bug_id
), needed as (
	delete from bug_needless where bug_id = $1::bigint and tree_id = $2::bigint
)
select bug_id from put limit 1
