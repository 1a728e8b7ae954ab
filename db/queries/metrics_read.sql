-- A few counts for /metrics. Always one row.
select (select count(*) from job where state = 'queued') as jobs_queued,
	(select count(*) from attempt where state = 'running') as attempts_running,
	(select count(*) from machine where seen_at > now() - interval '2 minutes') as machines_seen,
	(select count(*) from work_item) as work_items
