-- Runs of a profile's trials that wait and that no change needs any more, since its place has moved. $1 tree, $2 profile.
select distinct r.run_id
from change_trial t join change_trial_run r on r.trial_id = t.id join job j on j.run_id = r.run_id and j.state = 'queued'
where t.tree_id = $1::bigint and t.profile_id = $2::bigint and not exists (select from change c where c.trial_id = t.id and c.state = 'new' and c.gone_at is null)
order by r.run_id limit 100
