-- Ends a running search. $1 id as text. No row: there is none that runs.
with ended as (
	update bisection set state = 'cancelled', ended_at = now() where id = case when $1::text ~ '^[0-9]{1,18}$' then $1::text::bigint end and state = 'running' returning id
), told as (
	insert into event (kind, subject_id) select 'bisection', id from ended
)
select id from ended limit 1
