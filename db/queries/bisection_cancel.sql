-- Ends a running search. $1 id as text; $2 who asks; $3 who may end all. is_allowed: it is ended; owner: who ordered it, null: Faultline itself did.
-- No row: there is none that runs.
with found as (
	select x.id, x.token_id, $3::boolean or bisection_is_of(x.id, $2::bigint) as is_allowed
	from bisection x where x.id = case when $1::text ~ '^[0-9]{1,18}$' then $1::text::bigint end and x.state = 'running' for update
), ended as (
	update bisection set state = 'cancelled', ended_at = now(), cancelled_by = $2::bigint from found where bisection.id = found.id and found.is_allowed returning bisection.id
), told as (
	insert into event (kind, subject_id) select 'bisection', id from ended
)
select id, is_allowed, (select name from token where token.id = found.token_id) as owner from found limit 1
