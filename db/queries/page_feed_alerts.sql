-- The newest 50 alerts as an Atom feed. $1 tree (null: all); $2 profile (null: all). No row: there is none of that name.
with asked as (
	select t.id as tree_id, p.id as profile_id, greatest(t.created_at, p.created_at) as since
	from (select) one left join tree t on t.name = $1::text left join profile p on p.name = $2::text
	where ($1::text is null or t.id is not null) and ($2::text is null or p.id is not null)
), shown as (
	select a.*, greatest(a.at, a.ended_at, a.acknowledged_at, (select max(h.at) from alert_history h where h.alert_id = a.id)) as updated
	from asked q join alert a on (q.tree_id is null and q.profile_id is null) or exists (select from alert_place l where l.alert_id = a.id
		and (q.tree_id is null or l.tree_id = q.tree_id) and (q.profile_id is null or l.profile_id = q.profile_id))
	order by a.id desc limit 50
)
select feed('alerts' || coalesce('/tree/' || $1::text, '') || coalesce('/profile/' || $2::text, ''),
	'Alerts' || coalesce(' of ' || $1::text, '') || coalesce(' under ' || $2::text, ''),
	'/feeds/alerts' || coalesce('?' || nullif(concat_ws('&', 'tree=' || url_text($1::text), 'profile=' || url_text($2::text)), ''), ''),
	coalesce('/trees/' || $1::text, '/alerts'), coalesce(q.since, timestamptz '2026-01-01 00:00:00+00'),
	(select json_agg(json_build_object('id', feed_id('alert/' || s.id), 'href', '/alerts/' || s.id, 'title', feed_text(alert_kind_words(s.kind) || ': ' || s.title), 'kind', s.kind, 'published', feed_time(s.at), 'updated', feed_time(s.updated),
			'text', feed_text('Severity ' || s.severity || coalesce('. Seen under ' || (select string_agg(distinct t.name || ' ' || p.name, ', ') from alert_place l join tree t on t.id = l.tree_id join profile p on p.id = l.profile_id where l.alert_id = s.id), '')
				|| case when s.ended_at is not null then '. It is over' else '' end || case when s.acknowledged_at is not null then '. Acknowledged' else '' end || coalesce('. ' || s.assignee || ' sees to it', '') || '.')) order by s.id desc) from shown s),
	(select max(updated) from shown)) as page
from asked q
