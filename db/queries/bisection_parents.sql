-- The commits of a search with their weights and their parents, in order. $1 bisection. A commit without parents comes once, with null.
select c.position, c.commit_id, c.weight, p.parent
from bisection_commit c left join bisection_parent p on p.bisection_id = c.bisection_id and p.position = c.position
where c.bisection_id = $1::bigint order by c.position, p.parent limit 200000
