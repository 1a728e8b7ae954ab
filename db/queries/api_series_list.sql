-- Series for the API.
-- $1 tree's name, $2 profile's name, $3 metric's name; each null: any. Always one row, at most 1000 series.
select json_build_object('series', coalesce(json_agg(listed.series order by listed.tree, listed.profile, listed.position), '[]'))::text as body
from (
	select tree.name as tree, p.name as profile, m.position,
		json_build_object('id', s.id, 'tree', tree.name, 'profile', p.name, 'metric', s.metric, 'unit', m.unit, 'url', '/api/v1/series/' || s.id) as series
	from series s
	join tree on tree.id = s.tree_id
	join profile p on p.id = s.profile_id
	join metric m on m.name = s.metric
	where ($1::text is null or tree.name = $1::text)
		and ($2::text is null or p.name = $2::text)
		and ($3::text is null or s.metric = $3::text)
	order by tree.name, p.name, m.position
	limit 1000
) listed
limit 1;
