-- Leaves work for a background stage and wakes it. $1 stage; $2 attempt. Work that waits already is not doubled; work that was given up
-- is tried again. Always one row.
with put as (
	insert into work_item (stage, attempt_id) values ($1::text, $2::bigint)
	on conflict (stage, attempt_id) do update set tries = 0, retry_at = now(), error = null
)
select pg_notify('work', $1::text) as word limit 1
