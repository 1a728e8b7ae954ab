-- The family of trees that an attempt's reports belong to. $1 attempt. No row: there is no such attempt.
select t.family
from attempt a
join job j on j.id = a.job_id
join revision r on r.id = j.revision_id
join tree t on t.id = r.tree_id
where a.id = $1::bigint
limit 1
