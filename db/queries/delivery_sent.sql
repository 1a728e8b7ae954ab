-- How a try went. $1 delivery; $2 what went wrong, null: it was taken; $3 is that for good; $4 the receiver wants nothing more: the
-- subscription is paused. After the tenth try it is given up.
with paused as (
	update subscription s set state = 'paused', paused_why = $2::text from delivery d where d.id = $1::bigint and s.id = d.subscription_id and $4::boolean
)
update delivery set state = case when $2::text is null then 'sent' when $3::boolean or tries >= 10 then 'given_up' else state end,
	error = left($2::text, 1000), sent_at = case when $2::text is null then now() end
where id = $1::bigint and state = 'waiting'
