-- How many consoles, and in `logs` build logs, that are here have been read, and how many of them by an older reader. $1 and $2 versions of the readers
-- of consoles and of build logs. Always one row.
with version as (
	select name, reader_version, reader_version < case name when 'console' then $1::integer else $2::integer end as is_older, count(*) as n
	from stream
	where name in ('console', 'build') and read_bytes > 0 and removed_at is null
	group by name, reader_version
)
select json_build_object('consoles', coalesce(sum(n) filter (where name = 'console'), 0), 'older', coalesce(sum(n) filter (where name = 'console' and is_older), 0),
	'versions', coalesce(json_agg(json_build_object('reader', reader_version, 'consoles', n) order by reader_version) filter (where name = 'console'), '[]'),
	'logs', json_build_object('logs', coalesce(sum(n) filter (where name = 'build'), 0), 'older', coalesce(sum(n) filter (where name = 'build' and is_older), 0),
		'versions', coalesce(json_agg(json_build_object('reader', reader_version, 'logs', n) order by reader_version) filter (where name = 'build'), '[]'))) as older
from version
