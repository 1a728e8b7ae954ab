-- A commit that is wanted as a patch. No parameters. No row: none.
select p.commit_id, t.name as tree, c.sha, (select count(*) from commit_parent m where m.commit_id = c.id) as parents
from commit_patch p join tree t on t.id = p.tree_id join commit c on c.id = p.commit_id
where p.sha256 is null and p.error is null order by p.wanted_at, p.commit_id limit 1
