-- The newest runs for the API.
-- $1 how many, as text (null: 50; at most 500). Always one row.
select json_build_object('runs', coalesce(json_agg(listed.run order by listed.id desc), '[]'))::text as body
from (
	select run.id, json_build_object(
	'id', run.id, 'title', run.title, 'tree', tree.name, 'priority', run.priority, 'by', token.name,
	'created_at', to_char(run.created_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
	'state', run_state(run.cancelled_at, n.total, n.ended, n.active, n.failed),
	'migrations', run.migrations, 'duration_s', run.duration_s, 'told_at', to_char(run.told_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'queue_limit_s', run.queue_limit_s, 'jobs', n.states,
	'url', '/runs/' || run.id) as run
	from (
		select * from run order by id desc
		limit least(500, case when $1::text ~ '^[0-9]{1,4}$' then $1::integer else 50 end)
	) run
	join tree on tree.id = run.tree_id
	left join token on token.id = run.token_id
	cross join lateral run_jobs(run.id) n
) listed
limit 1;
