-- One alert: what it is, where it was seen, who was told, what people did about it. $1 id. No row: there is none.
with a as (
	select * from alert where id = case when $1::text ~ '^[0-9]{1,18}$' then $1::text::bigint end
)
select json_build_object(
	'title', a.title, 'in_alerts', true, 'id', a.id, 'status', page_severity(a.severity, a.ended_at, a.acknowledged_at), 'kind', alert_kind_words(a.kind), 'severity', a.severity,
	'at', page_time(a.at), 'ended', page_time(a.ended_at), 'acknowledged', page_time(a.acknowledged_at), 'assignee', a.assignee,
	'muted_until', (select case when until = 'infinity' then 'for ever' else 'until ' || to_char(until at time zone 'UTC', 'YYYY-MM-DD HH24:MI "UTC"') end from alert_mute where thread = a.thread and until > now()),
	'is_muted', alert_is_muted(a.thread), 'can_acknowledge', a.acknowledged_at is null,
	'about', (select json_agg(json_build_object('href', href, 'word', word)) from (
		select '/bugs/' || b.id as href, 'bug ' || b.id || ', ' || b.state as word from bug b where b.id = a.bug_id
		union all select '/changes/' || c.id, 'change ' || c.id || ' of ' || p.name || ', ' || s.metric || ', ' || replace(c.state, '_', ' ') from change c join series s on s.id = c.series_id join profile p on p.id = s.profile_id where c.alert_id = a.id
		union all select '/bugs/' || b.id, 'bug ' || b.id || ', ' || b.state from bisection x join bug b on b.id = x.bug_id where x.id = a.bisection_id
		union all select '/changes/' || x.change_id, 'change ' || x.change_id from bisection x where x.id = a.bisection_id and x.change_id is not null
		union all select '/bisections/' || x.id, 'bisection ' || x.id from bisection x where x.id = a.bisection_id
		union all select '/machines/' || m.name, 'machine ' || m.name from machine m where m.id = a.machine_id
		union all select '/queue', 'queue' where a.arch is not null) x),
	'paths', (select json_agg(json_build_object('name', p) order by p) from unnest(a.paths) p),
	'has_places', exists (select from alert_place l where l.alert_id = a.id), 'places', (select json_agg(json_build_object('tree', t.name, 'tree_href', '/trees/' || t.name, 'profile', p.name, 'attempt', l.attempt_id, 'attempt_href', '/attempts/' || l.attempt_id) order by t.name, p.name)
		from alert_place l join tree t on t.id = l.tree_id join profile p on p.id = l.profile_id where l.alert_id = a.id),
	'deliveries', (select json_agg(json_build_object('href', '/deliveries/' || d.id, 'id', d.id, 'status', page_delivery_status(d.state, d.tries), 'subscription', s.name, 'subscription_href', '/subscriptions/' || s.id,
			'target', subscription_shown(s.channel, s.target), 'channel', s.channel, 'tries', d.tries, 'error', d.error, 'sent', page_time(d.sent_at), 'due', case when d.state = 'waiting' then page_time(d.due_at) end) order by d.id)
		from delivery_alert x join delivery d on d.id = x.delivery_id join subscription s on s.id = d.subscription_id where x.alert_id = a.id),
	'history', (select json_agg(json_build_object('at', page_time(h.at), 'who', k.name, 'action', h.action, 'detail', h.detail, 'note', nullif(h.note, '')) order by h.id)
		from alert_history h left join token k on k.id = h.token_id where h.alert_id = a.id),
	'siblings', (select json_agg(json_build_object('href', '/alerts/' || o.id, 'title', o.title, 'kind', alert_kind_words(o.kind), 'at', page_time(o.at)) order by o.id)
		from (select * from alert where thread = a.thread and id <> a.id order by id desc limit 20) o)) as page
from a
