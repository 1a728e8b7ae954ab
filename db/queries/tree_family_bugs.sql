-- Bugs of other families that have reports from a tree. $1 tree, $2 family.
select distinct b.id
from bug_tally y
join revision r on r.id = y.revision_id
join bug b on b.id = y.bug_id
where r.tree_id = $1::bigint and b.family <> $2::text
order by b.id
limit 100000
