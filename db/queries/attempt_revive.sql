-- A lost attempt is heard again before its job went to another: it goes on. $1 attempt; $2 length of the lease, seconds.
-- No row: it is not lost, has its result, its job was given away or ended otherwise.
with back as (
	select a.id, a.job_id from attempt a join job j on j.id = a.job_id
	where a.id = $1::bigint and a.state = 'lost' and a.result_hash is null and a.number = j.attempts and j.state in ('queued', 'lost')
	for update of a, j
), revived as (
	update attempt a set state = 'running', ended_at = null, detail = null, lease_until = now() + $2::integer * interval '1 second'
	from back where a.id = back.id
	returning a.id
), moved as (
	update job j set state = 'running', ended_at = null from back where j.id = back.job_id
	returning j.id, j.run_id
), unsettled as (
	update run set states = null from moved where run.id = moved.run_id and run.states is not null
), told as (
	insert into event (kind, subject_id, attempt_id)
	select 'attempt', id, id from back union all select 'job', job_id, id from back
)
select revived.id from revived, moved limit 1
