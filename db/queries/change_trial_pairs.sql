-- What a trial's pairs gave, on the scale on which changes are looked for: both attempts of a run, where one machine made them. $1 trial, $2 series.
select g.scaled as before, b.scaled as after
from change_trial t
	join change_trial_run r on r.trial_id = t.id
	cross join lateral (select v.scaled, a.machine_id from job j join attempt a on a.job_id = j.id join change_point v on v.attempt_id = a.id and v.claimed_at = a.claimed_at and v.series_id = $2::bigint
		where j.run_id = r.run_id and v.commit_id = t.good_id order by a.id desc limit 1) g
	cross join lateral (select v.scaled, a.machine_id from job j join attempt a on a.job_id = j.id join change_point v on v.attempt_id = a.id and v.claimed_at = a.claimed_at and v.series_id = $2::bigint
		where j.run_id = r.run_id and v.commit_id = t.bad_id order by a.id desc limit 1) b
where t.id = $1::bigint and g.machine_id = b.machine_id
order by r.run_id limit 1000
