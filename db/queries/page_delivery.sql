-- One delivery: what it says, to whom, how it went; a draft can be approved. $1 id. No row: there is none.
select json_build_object(
	'title', 'Delivery ' || d.id, 'in_alerts', true, 'id', d.id, 'status', page_delivery_status(d.state, d.tries), 'subject', d.subject, 'content', d.content, 'is_draft', d.state = 'draft', 'was', md5(concat(d.subject, E'\n', d.content)),
	'can_retry', d.state in ('waiting', 'given_up') and d.content is not null and d.tries > 0, 'channel', s.channel, 'target', subscription_shown(s.channel, s.target),
	'subscription', s.name, 'subscription_href', '/subscriptions/' || s.id, 'tries', d.tries, 'said', d.error, 'message_id', d.message_id, 'in_reply_to', d.in_reply_to,
	'created', page_time(d.created_at), 'sent', page_time(d.sent_at), 'due', case when d.state = 'waiting' then page_time(d.due_at) end, 'decided_by', k.name,
	'alerts', (select json_agg(json_build_object('href', '/alerts/' || a.id, 'title', a.title, 'kind', alert_kind_words(a.kind)) order by a.id)
		from delivery_alert x join alert a on a.id = x.alert_id where x.delivery_id = d.id)) as page
from delivery d join subscription s on s.id = d.subscription_id left join token k on k.id = d.decided_by
where d.id = case when $1::text ~ '^[0-9]{1,18}$' then $1::text::bigint end
