-- One subscription, its newest deliveries, and its fields for the form; its target is not among them. $1 id. No row: there is none.
select json_build_object(
	'title', 'Subscription ' || s.name, 'in_alerts', true, 'id', s.id, 'name', s.name, 'is_paused', s.state = 'paused', 'is_active', s.state <> 'paused', 'is_direct', s.state = 'direct', 'paused_why', s.paused_why, 'channel', s.channel,
	'target', subscription_shown(s.channel, s.target), 'created', page_time(s.created_at), 'by', k.name,
	'rows', (select json_agg(json_build_object('id', d.id, 'href', '/deliveries/' || d.id, 'status', page_delivery_status(d.state, d.tries), 'subject', coalesce(d.subject, 'not written yet'), 'error', d.error,
			'created', page_time(d.created_at), 'sent', page_time(d.sent_at)) order by d.id desc)
		from (select * from delivery where subscription_id = s.id order by id desc limit 50) d),
	'trees', (select json_agg(json_build_object('name', name) order by name) from tree),
	'profiles', (select json_agg(json_build_object('name', name) order by name) from profile),
	'form', jsonb_build_object('name', s.name, 'version', s.version, 'target', null, 'has_target', true, 'tree', t.name, 'profile', p.name, 'path', s.path, 'channel_' || s.channel, true, 'severity_' || s.severity, true,
		'digest_hours_' || s.digest_hours, true, 'public', nullif(s.is_public, false), 'regzbot', nullif(s.has_regzbot, false))
		|| coalesce((select jsonb_object_agg('kinds_' || kind, true) from unnest(s.kinds) kind), '{}')
		|| coalesce((select jsonb_object_agg('what_' || what, true) from unnest(s.what) what), '{}')) as page
from subscription s left join tree t on t.id = s.tree_id left join profile p on p.id = s.profile_id left join token k on k.id = s.token_id
where s.id = case when $1::text ~ '^[0-9]{1,18}$' then $1::text::bigint end
