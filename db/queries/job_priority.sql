-- Gives one job another priority: a queued one changes its lane, one that runs keeps it for another attempt. $1 job, as text of a URL;
-- $2 priority. No row: there is no such job.
with found as (
	select id, run_id, profile_id, arch, state from job where id = case when $1::text ~ '^[0-9]{1,18}$' then $1::text::bigint end for update
), placed as materialized (
	select id, state, lane_find(run_id, profile_id, arch, $2::integer) as lane_id from found where state in ('queued', 'leased', 'running')
), moved as (
	update job set priority = $2::integer, lane_id = placed.lane_id from placed where job.id = placed.id
	returning job.id, job.lane_id, job.state, job.queued_at
), called as materialized (
	select lane_call(lane_id, id, 1, queued_at)::text as word from moved where state = 'queued'
), told as (
	insert into event (kind, subject_id) select 'job', id from moved
)
select found.id, (select count(word) from called) as lanes from found limit 1
