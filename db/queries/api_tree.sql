-- One tree for the API.
-- $1 name. No row: there is no such tree.
select json_build_object('tree', json_build_object('name', tree.name, 'kind', tree.kind, 'url', url_shown(tree.url), 'branch', tree.branch, 'web_url', tree.web_url, 'family', tree.family,
		'created_at', to_char(tree.created_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'refreshed_at', to_char(tree.refreshed_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
		'refresh_error', tree.refresh_error, 'is_refreshing', tree.refresh_wanted_at is not null,
		'policy', (select json_build_object('is_on', o.is_on, 'commits', o.commits, 'every', o.every, 'per_day', o.per_day, 'back', o.back, 'repeats', o.repeats, 'priority', o.priority,
			'machine_hours', o.machine_hours, 'bisect_minutes', o.bisect_minutes, 'migrations', o.migrations, 'interval_s', tree.interval_s, 'profiles', (select json_agg(p.name order by n.position) from unnest(o.profiles) with ordinality n (id, position) join profile p on p.id = n.id))
		from tree_policy o where o.tree_id = tree.id),
		'commits', (select count(*) from tree_commit where tree_id = tree.id and ordinal is not null)))::text as body
from tree
where tree.name = $1::text
limit 1;
