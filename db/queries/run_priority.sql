-- Gives a run another priority: its queued jobs change lanes, those that run keep it for another attempt. Repeating it changes nothing.
-- $1 run; $2 priority. No row: there is no such run.
with changed as materialized (
	update run set priority = $2::integer where id = $1::bigint returning id
), placed as materialized (
	select asked.*, lane_find(changed.id, asked.profile_id, asked.arch, $2::integer) as lane_id
	from changed cross join lateral (select distinct profile_id, arch from job where run_id = changed.id and state in ('queued', 'leased', 'running')) asked
), moved as (
	update job set priority = $2::integer, lane_id = placed.lane_id
	from placed
	where job.run_id = $1::bigint and job.profile_id = placed.profile_id and job.arch = placed.arch and job.state in ('queued', 'leased', 'running')
	returning job.id, job.lane_id, job.state, job.queued_at
), called as materialized (
	select lane_call(lane_id, min(id), count(*), min(queued_at))::text as word from moved where state = 'queued' group by lane_id
)
select changed.id, (select count(word) from called) as lanes, event_add('run', changed.id, null)::text as told from changed limit 1
