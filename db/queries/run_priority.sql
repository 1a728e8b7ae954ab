-- Gives a run another priority: its queued jobs change lanes, those that run keep it for another attempt. Repeating it changes nothing.
-- $1 run; $2 priority; $3 who asks; $4 who may change all. is_allowed: it may; owner: who ordered it. No row: there is no such run.
with found as (
	select run.id, run.priority as was, $4::boolean or run_is_of(run.id, $3::bigint) as is_allowed, run.token_id from run where run.id = $1::bigint for update
), changed as materialized (
	update run set priority = $2::integer from found where run.id = found.id and found.is_allowed returning run.id
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
), noted as (
	insert into run_change (run_id, what, priority, token_id) select found.id, 'priority', $2, $3 from found join changed on changed.id = found.id where found.was <> $2
)
select found.is_allowed, (select name from token where id = found.token_id) as owner, (select count(word) from called) as lanes,
	case when found.is_allowed then event_add('run', found.id, null) end::text as told
from found limit 1
