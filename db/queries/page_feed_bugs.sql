-- The newest 50 bugs as an Atom feed; an entry is new again when the bug's life goes on, not when it is merely seen. Always one row.
with shown as (
	select b.*, greatest(b.created_at, (select max(h.at) from bug_history h where h.bug_id = b.id)) as updated
	from bug b order by b.id desc limit 50
)
select feed('bugs', 'Bugs', '/feeds/bugs', '/bugs', timestamptz '2026-01-01 00:00:00+00',
	(select json_agg(json_build_object('id', feed_id('bug/' || s.id), 'href', '/bugs/' || s.id, 'title', feed_text(s.title), 'kind', s.state, 'published', feed_time(s.created_at), 'updated', feed_time(s.updated),
			'text', feed_text('It is ' || coalesce('a duplicate of bug ' || s.duplicate_of, s.state) || '.' || coalesce(' First seen on ' || (
				select revision_label(l.revision_id) || ' of ' || t.name || ' under ' || p.name from occurrence o join attempt_place l on l.attempt_id = o.attempt_id join tree t on t.id = l.tree_id join profile p on p.id = l.profile_id
				where o.bug_id = s.id order by o.attempt_id limit 1) || '.', ''))) order by s.updated desc, s.id desc) from shown s),
	(select max(updated) from shown)) as page
