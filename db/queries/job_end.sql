-- A job comes to its end, or is queued again. $1 job; $2 state. One row: its id.
with ended as (
	update job set state = $2::text, queued_at = case when $2 = 'queued' then now() else queued_at end,
	ended_at = case when $2 = 'queued' then null else now() end
where id = $1::bigint
	returning id
), told as (
	insert into event (kind, subject_id) select 'job', id from ended
)
select id from ended limit 1
