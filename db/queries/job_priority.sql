-- Gives one job another priority: a queued one changes its lane, one that runs keeps it for another attempt. $1 job, as text of a URL;
-- $2 priority; $3 who asks; $4 who may change all. is_allowed: it may; owner: who ordered its run. No row: there is no such job.
with found as (
	select id, run_id, profile_id, arch, state, priority as was, $4::boolean or run_is_of(run_id, $3::bigint) as is_allowed
	from job where id = case when $1::text ~ '^[0-9]{1,18}$' then $1::text::bigint end for update
), placed as materialized (
	select id, state, lane_find(run_id, profile_id, arch, $2::integer) as lane_id from found where is_allowed and state in ('queued', 'leased', 'running')
), moved as (
	update job set priority = $2::integer, lane_id = placed.lane_id from placed where job.id = placed.id
	returning job.id, job.lane_id, job.state, job.queued_at
), called as materialized (
	select lane_call(lane_id, id, 1, queued_at)::text as word from moved where state = 'queued'
), told as (
	insert into event (kind, subject_id) select 'job', id from moved
), noted as (
	insert into run_change (run_id, job_id, what, priority, token_id) select found.run_id, found.id, 'priority', $2, $3 from found join moved on moved.id = found.id where found.was <> $2
)
select found.is_allowed, (select t.name from run join token t on t.id = run.token_id where run.id = found.run_id) as owner, (select count(word) from called) as lanes
from found limit 1
