-- The console of an attempt as a page; C adds its lines (chunks are deflated, SQL cannot read them).
-- $1 id of the attempt; $2 first byte to show (null or no number: 0).
-- No row: no such attempt. An attempt without a console, or whose console retention has removed, has size 0.
select json_build_object(
	'title', 'Console of attempt ' || a.id, 'in_runs', true, 'id', a.id, 'attempt_href', '/attempts/' || a.id, 'here', '/attempts/' || a.id || '/console', 'status', page_status(a.state, a.result),
	'tree', t.name, 'short', case when t.kind = 'git' then left(c.sha, 12) else c.subject end, 'commit_href', '/trees/' || t.name || '/commits/' || c.sha, 'profile', p.name, 'machine', m.name,
	'size_bytes', case when s.removed_at is null then coalesce(s.size_bytes, 0) else 0 end, 'removed', page_removed(s.removed_at, coalesce(a.ended_at, a.claimed_at)), 'size', page_bytes(coalesce(s.size_bytes, 0)), 'raw_href', '/api/v1/attempts/' || a.id || '/streams/console',
	'gap', case when s.gap_start is not null then page_bytes(s.gap_end - s.gap_start) end,
	'offset', case when $2::text ~ '^[0-9]{1,15}$' and s.removed_at is null then least($2::text::bigint, coalesce(s.size_bytes, 0)) else 0 end, 'window_bytes', 524288,
	'reports', (select coalesce(json_agg(json_build_object('start', occurrence_byte(o.start_byte), 'end', occurrence_byte(o.end_byte), 'title', o.title, 'bug_href', '/bugs/' || o.bug_id, 'places', case when k.has_symbols then page_places(a.id, symbol_frames(a.id, o.report)) end,
			'href', occurrence_href(a.id, o.start_byte)) order by o.start_byte), '[]')
		from occurrence o cross join (select exists (select from attempt_kernel k join symbol s on s.kernel_id = k.kernel_id and s.state = 'found' where k.attempt_id = a.id) as has_symbols) k where o.attempt_id = a.id and o.claimed_at = a.claimed_at and occurrence_stream(o.start_byte) <> 'build')) as page
from attempt a join attempt_place l on l.attempt_id = a.id join tree t on t.id = l.tree_id join commit c on c.id = l.commit_id join profile p on p.id = l.profile_id join machine m on m.id = a.machine_id
	left join stream s on s.attempt_id = a.id and s.name = 'console'
where a.id = case when $1::text ~ '^[0-9]{1,18}$' then $1::text::bigint end;
