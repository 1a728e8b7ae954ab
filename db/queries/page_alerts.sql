-- Alerts, the newest first, 100 at a time. $1 state: open (null) or all; $2 only older ones than this number (null or no number: from the newest).
-- Always one row.
with shown as (
	select * from alert
	where ($1::text = 'all' or (ended_at is null and acknowledged_at is null)) and id < coalesce(case when $2::text ~ '^[0-9]{1,18}$' then $2::text::bigint end, 9223372036854775807)
	order by id desc limit 100
)
select json_build_object(
	'title', 'Alerts', 'in_alerts', true, 'feed', json_build_object('name', 'Alerts', 'href', '/feeds/alerts'),
	'states', (select json_agg(json_build_object('word', word, 'href', href, 'is_here', state is not distinct from $1::text) order by n)
		from (values (1, 'open', null, '/alerts'), (2, 'all', 'all', '/alerts?state=all')) w (n, word, state, href)),
	'drafts', (select nullif(count(*), 0) from delivery where state = 'draft'),
	'failing', (select nullif(count(*), 0) from delivery where state = 'given_up' or (state = 'waiting' and tries > 0)),
	'rows', (select json_agg(json_build_object('href', '/alerts/' || a.id, 'status', page_severity(a.severity, a.ended_at, a.acknowledged_at), 'kind', alert_kind_words(a.kind), 'title', a.title, 'at', page_time(a.at),
			'assignee', a.assignee, 'is_muted', alert_is_muted(a.thread),
			'profiles', (select page_counted(nullif(count(*), 0), 'profile', 'profiles') from alert_place l where l.alert_id = a.id),
			'told', (select case when count(*) > 0 then count(*) filter (where d.state = 'sent') || ' of ' || count(*) end from delivery_alert x join delivery d on d.id = x.delivery_id where x.alert_id = a.id)) order by a.id desc)
		from shown a),
	'newest', case when $2::text is not null then '/alerts' || coalesce('?state=' || $1::text, '') end,
	'older', (select '/alerts?' || coalesce('state=' || $1::text || '&', '') || 'before=' || min(id) from shown having count(*) = 100)) as page
