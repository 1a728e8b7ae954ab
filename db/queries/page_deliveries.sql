-- The outbox, the newest first, 100 at a time. $1 state (null: all); $2 only older ones than this number (null or no number: from the newest).
-- Always one row.
with shown as (
	select * from delivery
	where ($1::text is null or state = $1::text) and id < coalesce(case when $2::text ~ '^[0-9]{1,18}$' then $2::text::bigint end, 9223372036854775807)
	order by id desc limit 100
)
select json_build_object(
	'title', 'Deliveries', 'in_alerts', true,
	'states', (select json_agg(json_build_object('word', word, 'href', '/deliveries' || coalesce('?state=' || state, ''), 'is_here', state is not distinct from $1::text) order by n)
		from (values (1, 'all', null), (2, 'drafts', 'draft'), (3, 'waiting', 'waiting'), (4, 'sent', 'sent'), (5, 'given up', 'given_up'), (6, 'rejected', 'rejected')) w (n, word, state)),
	'rows', (select json_agg(json_build_object('id', d.id, 'href', '/deliveries/' || d.id, 'status', page_delivery_status(d.state, d.tries), 'subject', coalesce(d.subject, case when d.is_digest then 'a digest that gathers' else 'not written yet' end),
			'subscription', s.name, 'subscription_href', '/subscriptions/' || s.id, 'target', subscription_shown(s.channel, s.target), 'tries', d.tries, 'error', d.error,
			'created', page_time(d.created_at), 'sent', page_time(d.sent_at), 'due', case when d.state = 'waiting' then page_time(d.due_at) end) order by d.id desc)
		from shown d join subscription s on s.id = d.subscription_id),
	'newest', case when $2::text is not null then '/deliveries' || coalesce('?state=' || $1::text, '') end,
	'older', (select '/deliveries?' || coalesce('state=' || $1::text || '&', '') || 'before=' || min(id) from shown having count(*) = 100)) as page
