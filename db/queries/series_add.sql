-- Makes the series that an attempt's metrics belong to. $1 attempt, $2 metrics.
insert into series (tree_id, profile_id, metric)
select r.tree_id, j.profile_id, m.name
from attempt a
join job j on j.id = a.job_id
join revision r on r.id = j.revision_id
cross join unnest($2::text[]) m (name)
where a.id = $1::bigint
	and not exists (select from series s where s.tree_id = r.tree_id and s.profile_id = j.profile_id and s.metric = m.name)
on conflict do nothing
