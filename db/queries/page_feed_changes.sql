-- The newest 50 changes as an Atom feed. $1 tree (null: all). No row: no such tree.
with asked as (
	select t.id as tree_id, t.created_at as since from (select) one left join tree t on t.name = $1::text where $1::text is null or t.id is not null
), shown as (
	select c.*, s.metric, m.title as metric_title, m.unit, t.name as tree, p.name as profile
	from asked q join series s on q.tree_id is null or s.tree_id = q.tree_id join change c on c.series_id = s.id join metric m on m.name = s.metric join tree t on t.id = s.tree_id join profile p on p.id = s.profile_id
	order by c.id desc limit 50
)
select feed('changes' || coalesce('/tree/' || $1::text, ''), 'Changes' || coalesce(' of ' || $1::text, ''), '/feeds/changes' || coalesce('?tree=' || url_text($1::text), ''), '/changes' || coalesce('?tree=' || url_text($1::text), ''),
	coalesce(q.since, timestamptz '2026-01-01 00:00:00+00'),
	(select json_agg(json_build_object('id', feed_id('change/' || s.id), 'href', '/changes/' || s.id, 'title', feed_text(s.metric_title || ', ' || s.profile || ' at ' || left(b.sha, 12) || ' ' || b.subject), 'kind', s.state,
			'published', feed_time(s.found_at), 'updated', feed_time(s.changed_at),
			'text', feed_text(initcap(split_part(page_change_status(s.state, s.gone_at) ->> 'word', ' ', 1)) || substr(page_change_status(s.state, s.gone_at) ->> 'word', 1 + length(split_part(page_change_status(s.state, s.gone_at) ->> 'word', ' ', 1))) || case s.kind when 'level' then ': from ' else ': drifts from ' end
				|| page_number(change_unscale(s.metric, s.before)) || ' to ' || page_number(change_unscale(s.metric, s.after)) || ' ' || s.unit || ', tree ' || s.tree || '.')) order by s.id desc)
		from shown s join commit b on b.id = s.bad_id),
	(select max(changed_at) from shown)) as page
from asked q
