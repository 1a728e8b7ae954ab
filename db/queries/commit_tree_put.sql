-- Says that a tree holds commits. $1 tree, $2 hashes.
insert into tree_commit (tree_id, commit_id)
select $1::bigint, c.id from unnest($2::text[]) r (sha) join commit c on c.sha = r.sha
on conflict do nothing
