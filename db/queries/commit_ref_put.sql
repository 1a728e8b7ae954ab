-- Says where a tree's branches and tags point. $1 tree, $2 names, $3 hashes.
insert into tree_ref (tree_id, name, commit_id)
select $1::bigint, r.name, c.id from unnest($2::text[], $3::text[]) r (name, sha) join commit c on c.sha = r.sha
on conflict (tree_id, name) do update set commit_id = excluded.commit_id where tree_ref.commit_id <> excluded.commit_id
