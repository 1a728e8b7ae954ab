-- Counts anew what the series of an attempt show of its commit. Needs tally_lock, taken by a statement before this one, so that this one sees what
-- others have committed until then. $1 attempt.
with place as materialized (
	select s.id as series_id, r.commit_id
	from attempt a
	join job j on j.id = a.job_id
	join revision r on r.id = j.revision_id
	join series s on s.tree_id = r.tree_id and s.profile_id = j.profile_id
	where a.id = $1::bigint
), counted as materialized ( -- series by series: the view is never made of all points
	select n.* from place p cross join lateral (select * from median_now where series_id = p.series_id and commit_id = p.commit_id offset 0) n
), gone as (
	delete from median m using place p
	where m.series_id = p.series_id and m.commit_id = p.commit_id and not exists (select from counted c where c.series_id = p.series_id)
)
insert into median (series_id, commit_id, n, value, low, high, attempt_id, machine_id, accel, config)
select series_id, commit_id, n, value, low, high, attempt_id, machine_id, accel, config from counted
on conflict (series_id, commit_id) do update
set n = excluded.n, value = excluded.value, low = excluded.low, high = excluded.high, attempt_id = excluded.attempt_id, machine_id = excluded.machine_id, accel = excluded.accel, config = excluded.config
