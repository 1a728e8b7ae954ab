-- Pages ask for the places of a report's frames. symbol_frames within page_places was planned anew for each report: 5 ms, a console of 100
-- reports took half a second. Its callers give the frames now, so that each of the two is planned once a page.
drop function page_places(bigint, jsonb);
create function page_places(attempt_id bigint, frames jsonb) returns json
language sql stable parallel safe as $$
	select json_agg(json_build_object(
		'frame', (f.frame ->> 'function') || '+0x' || to_hex((f.frame ->> 'offset')::bigint) || '/0x' || to_hex((f.frame ->> 'size')::bigint),
		'at', (f.frame ->> 'file') || ':' || (f.frame ->> 'line'),
		'href', page_source(w.web_url, w.sha, f.frame ->> 'file', (f.frame ->> 'line')::bigint),
		'inlined', (select json_agg(json_build_object('function', i.frame ->> 'function', 'at', (i.frame ->> 'file') || ':' || (i.frame ->> 'line'),
				'href', page_source(w.web_url, w.sha, i.frame ->> 'file', (i.frame ->> 'line')::bigint)) order by i.n)
			from jsonb_array_elements(f.frame -> 'inlined') with ordinality i (frame, n))) order by f.n)
	from jsonb_array_elements($2) with ordinality f (frame, n)
		left join lateral (
			select t.web_url, c.sha
			from attempt_place l join tree t on t.id = l.tree_id and t.kind = 'git' join commit c on c.id = l.commit_id
			where l.attempt_id = $1 and l.is_plain -- the lines of a patched tree are not those of its base
		) w on true
	where f.frame ? 'inlined'
$$;
comment on function page_places(bigint, jsonb) is 'Frames, as symbol_frames answers them, with their place in the source: text in the console, file:line, link, and what was inlined there (innermost first). Null: none is known.';
