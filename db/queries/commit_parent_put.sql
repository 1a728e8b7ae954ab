-- Keeps who descends from whom. Parents that git does not have (a shallow repository's) are left out.
-- $1 children, $2 positions, $3 parents.
insert into commit_parent (commit_id, position, parent_id)
select c.id, r.position, p.id
from unnest($1::text[], $2::integer[], $3::text[]) r (child, position, parent)
join commit c on c.sha = r.child
join commit p on p.sha = r.parent
on conflict do nothing
