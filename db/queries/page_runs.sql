-- Runs, newest first, 30 at a time, with how far each has come.
-- $1 only runs with smaller ids (null or no number: from the newest).
-- Always one row.
with shown as (
	select * from run where id < coalesce(case when $1::text ~ '^[0-9]{1,18}$' then $1::text::bigint end, 9223372036854775807) order by id desc limit 30
), part as (
	select s.id as run_id, count(j.id) as total, count(j.id) filter (where j.state in ('done', 'failed', 'lost', 'cancelled')) as done, count(j.id) filter (where j.state in ('running', 'leased')) as running, count(j.id) filter (where j.state in ('failed', 'lost')) as failed
	from shown s left join job j on j.run_id = s.id group by s.id
)
select json_build_object(
	'title', 'Runs', 'in_runs', true,
	'rows', (select json_agg(json_build_object('id', s.id, 'href', '/runs/' || s.id, 'title', s.title, 'tree', t.name, 'by', k.name, 'priority', s.priority, 'created', page_time(s.created_at), 'done', p.done, 'total', p.total, 'progress', page_count(p.done) || ' of ' || page_count(p.total),
			'status', page_status(run_state(s.cancelled_at, p.total, p.done, p.running, p.failed), null)) order by s.id desc)
		from shown s join part p on p.run_id = s.id join tree t on t.id = s.tree_id left join token k on k.id = s.token_id),
	'newest', case when $1::text is not null then '/runs' end,
	'older', (select '/runs?before=' || min(id) from shown having count(*) = 30)) as page;
