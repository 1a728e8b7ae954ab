-- Finds or makes the commit row that stands for a prebuilt kernel, within its tree.
-- $1 tree's id, $2 hash, $3 release. Always one row.
with made as (
	insert into commit (sha, subject, author, authored_at, committed_at)
	values ($2::text, $3::text, 'prebuilt kernel', now(), now())
	on conflict (sha) do update set subject = commit.subject
	returning id
),
placed as (
	insert into tree_commit (tree_id, commit_id) select $1::bigint, id from made
	on conflict (tree_id, commit_id) do nothing
)
select id from made limit 1;
