-- Who is to be told of a run. $1 a mail address, whose subscription is made when it is not there, or a subscription's name; $2 who asks, or null.
-- The address of a public list is its subscription: what goes there is a draft until a person approves it.
-- No row: there is no subscription of that name.
with list as materialized (
	select id, state from subscription where strpos($1::text, '@') > 0 and channel = 'mail' and is_public and lower(target) = lower($1::text)
	order by state = 'paused', id limit 1
), made as (
	insert into subscription (name, state, channel, target, is_direct, token_id)
	select 'notify-' || replace(gen_random_uuid()::text, '-', ''), 'direct', 'mail', $1::text, true, $2::bigint
	where strpos($1::text, '@') > 0 and not exists (select from list)
	on conflict (target) where is_direct do update set target = excluded.target
	returning id, state
)
select id, state = 'paused' as is_paused from list
union all
select id, state = 'paused' from made
union all
select id, state = 'paused' from subscription where name = $1::text
limit 1
