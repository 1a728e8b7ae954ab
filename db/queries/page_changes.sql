-- Changes, the last found first, 100 at a time, for triage. $1 state (null: those that are new or stand), or all; $2 tree (null: all); $3 only
-- older ones than this number (null or no number: from the newest). Always one row.
with shown as (
	select c.* from change c join series s on s.id = c.series_id join tree t on t.id = s.tree_id
	where (c.state = $1::text or $1::text = 'all' or ($1::text is null and c.state in ('new', 'confirmed', 'acknowledged') and c.gone_at is null))
		and ($2::text is null or t.name = $2::text) and c.id < coalesce(case when $3::text ~ '^[0-9]{1,18}$' then $3::text::bigint end, 9223372036854775807)
	order by c.id desc limit 100
)
select json_build_object(
	'title', 'Changes', 'in_changes', true, 'feed', json_build_object('name', 'Changes', 'href', '/feeds/changes' || coalesce('?tree=' || url_text($2::text), '')),
	'states', (select json_agg(json_build_object('word', word, 'href', '/changes' || coalesce('?state=' || state, ''), 'is_here', state is not distinct from $1::text) order by n)
		from (values (1, 'open', null), (2, 'new', 'new'), (3, 'confirmed', 'confirmed'), (4, 'acknowledged', 'acknowledged'), (5, 'expected', 'expected'), (6, 'false alarm', 'false_alarm'), (7, 'fixed', 'fixed'), (8, 'all', 'all')) w (n, word, state)),
	'rows', (select json_agg(json_build_object('href', '/changes/' || c.id, 'id', c.id, 'status', page_change_status(c.state, c.gone_at), 'tree', t.name, 'profile', p.name, 'metric', m.title, 'unit', m.unit,
			'short', left(b.sha, 12), 'commit_href', '/trees/' || t.name || '/commits/' || b.sha, 'subject', b.subject, 'is_slope', c.kind = 'slope',
			'before', page_number(change_unscale(s.metric, c.before)), 'after', page_number(change_unscale(s.metric, c.after)), 'is_up', c.after > c.before,
			'pairs', nullif(c.trial_pairs, 0), 'is_tried', c.state = 'new' and c.trial_id is not null, 'found', page_time(c.found_at)) order by c.id desc)
		from shown c join series s on s.id = c.series_id join metric m on m.name = s.metric join tree t on t.id = s.tree_id join profile p on p.id = s.profile_id join commit b on b.id = c.bad_id),
	'older', (select '/changes?' || coalesce('state=' || $1::text || '&', '') || coalesce('tree=' || $2::text || '&', '') || 'before=' || min(id) from shown having count(*) = 100)) as page
