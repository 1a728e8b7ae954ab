-- A few counts for /metrics. The newest reader is the one that has read any console, or any build log. Always one row.
select (select count(*) from job where state = 'queued') as jobs_queued,
	(select count(*) from attempt where state = 'running') as attempts_running,
	(select count(*) from machine where seen_at > now() - interval '2 minutes') as machines_seen,
	(select count(*) from machine where state = 'active' and (health in ('bad', 'looping') or seen_at <= now() - interval '2 minutes')) as machines_out,
	(select coalesce(max(id), 0) from attempt) as attempts,
	pg_database_size(current_database()) as database_bytes,
	(select count(*) from work_item) as work_items,
	(select count(*) from stream where name = 'console' and reader_version > 0 and removed_at is null
		and reader_version < (select max(reader_version) from stream where name = 'console')) as consoles_older,
	(select count(*) from stream where name = 'build' and reader_version > 0 and removed_at is null
		and reader_version < (select max(reader_version) from stream where name = 'build')) as logs_older
