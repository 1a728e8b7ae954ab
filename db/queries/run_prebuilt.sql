-- Where a prebuilt kernel stands: its tree, made when needed, and the commit row that stands for it there; and whether its files are here
-- whole, which notes their use (once an hour). In one statement that writes nothing when all is known, since a runner waits for what is ordered.
-- $1 tree's name, $2 identity (hash), $3 release, $4 image's SHA-256, $5 modules' SHA-256 (each null: there is none, or it has a URL).
-- has_place: the tree's versions need not be laid in order anew. No row: that name belongs to a git tree.
-- Who loses the race to make the tree is answered the winner's, which only an update can see.
with found as (
	select id from tree where name = $1::text and kind = 'prebuilt'
),
made as (
	insert into tree (name, kind) select $1::text, 'prebuilt' where not exists (select from found)
	on conflict (name) do update set kind = tree.kind where tree.kind = 'prebuilt'
	returning id
),
at as (
	select id from found
	union all
	select id from made
	limit 1
),
here as (
	select sha256, used_at from blob where sha256 in ($4::text, $5::text) and is_complete
),
used as (
	update blob set used_at = now() from here where blob.sha256 = here.sha256 and here.used_at < now() - interval '1 hour' and blob.is_complete
	returning blob.sha256
),
whole as ( -- retention may have emptied one while we waited for its row
	select sha256 from here where used_at >= now() - interval '1 hour'
	union all
	select sha256 from used
),
known as (
	select id from commit where sha = $2::text
),
named as (
	insert into commit (sha, subject, author, authored_at, committed_at)
	select $2::text, $3::text, 'prebuilt kernel', now(), now() from at where not exists (select from known)
	on conflict (sha) do update set subject = commit.subject
	returning id
),
kernel as (
	select id from known
	union all
	select id from named
),
placed as (
	insert into tree_commit (tree_id, commit_id) select at.id, kernel.id from at, kernel
	where not exists (select from tree_commit t where t.tree_id = at.id and t.commit_id = kernel.id)
	on conflict (tree_id, commit_id) do nothing
)
select at.id as tree_id, kernel.id as commit_id,
	exists (select from tree_commit t where t.tree_id = at.id and t.commit_id = kernel.id and t.ordinal is not null) as has_place,
	$4::text is null or $4::text in (select sha256 from whole) as has_image,
	$5::text is null or $5::text in (select sha256 from whole) as has_modules
from at, kernel
limit 1;
