-- All trees for the API.
-- No parameters. Always one row.
select json_build_object('trees', coalesce(json_agg(listed.tree order by listed.name), '[]'))::text as body
from (
	select tree.name, json_build_object('name', tree.name, 'kind', tree.kind, 'url', url_shown(tree.url), 'branch', tree.branch, 'web_url', tree.web_url, 'family', tree.family,
		'created_at', to_char(tree.created_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'refreshed_at', to_char(tree.refreshed_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
		'refresh_error', tree.refresh_error, 'is_refreshing', tree.refresh_wanted_at is not null,
		'commits', (select count(*) from tree_commit where tree_id = tree.id and ordinal is not null)) as tree
	from tree
) listed
limit 1;
