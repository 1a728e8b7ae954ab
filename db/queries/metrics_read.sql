-- A few counts for /metrics. The newest reader is the one that has read any console. Always one row.
select (select count(*) from job where state = 'queued') as jobs_queued,
	(select count(*) from attempt where state = 'running') as attempts_running,
	(select count(*) from machine where seen_at > now() - interval '2 minutes') as machines_seen,
	(select count(*) from work_item) as work_items,
	(select count(*) from stream where name = 'console' and reader_version > 0
		and reader_version < (select max(reader_version) from stream where name = 'console')) as consoles_older
