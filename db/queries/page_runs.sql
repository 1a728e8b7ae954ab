-- Runs, newest first, 30 at a time, with how far each has come; checks of machines are on their pages.
-- $1 only runs with smaller ids (null or no number: from the newest).
-- Always one row.
with shown as (
	select * from run where not is_golden and id < coalesce(case when $1::text ~ '^[0-9]{1,18}$' then $1::text::bigint end, 9223372036854775807) order by id desc limit 30
)
select json_build_object(
	'title', 'Runs', 'in_runs', true,
	'rows', (select json_agg(json_build_object('id', s.id, 'href', '/runs/' || s.id, 'title', s.title, 'tree', t.name, 'by', k.name, 'priority', s.priority, 'created', page_time(s.created_at),
			'done', n.ended, 'total', n.total, 'progress', page_count(n.ended) || ' of ' || page_count(n.total),
			'status', page_status(run_state(s.cancelled_at, n.total, n.ended, n.active, n.failed), null)) order by s.id desc)
		from shown s cross join lateral run_jobs(s.id) n join tree t on t.id = s.tree_id left join token k on k.id = s.token_id),
	'newest', case when $1::text is not null then '/runs' end,
	'older', (select '/runs?before=' || min(id) from shown having count(*) = 30)) as page;
