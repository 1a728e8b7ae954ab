-- Who is to be told of a run. $1 a mail address, whose subscription is made when it is not there, or a subscription's name; $2 who asks, or null.
-- No row: there is no subscription of that name.
with made as (
	insert into subscription (name, state, channel, target, is_direct, token_id)
	select 'notify-' || replace(gen_random_uuid()::text, '-', ''), 'direct', 'mail', $1::text, true, $2::bigint
	where strpos($1::text, '@') > 0
	on conflict (target) where is_direct do update set target = excluded.target
	returning id, state
)
select id, state = 'paused' as is_paused from made
union all
select id, state = 'paused' from subscription where name = $1::text
limit 1
