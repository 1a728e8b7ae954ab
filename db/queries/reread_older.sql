-- How many consoles that are here have been read, and how many of them by an older reader. $1 this reader's version. Always one row.
with version as (
	select reader_version, count(*) as consoles
	from stream
	where name = 'console' and read_bytes > 0 and removed_at is null
	group by reader_version
)
select json_build_object('consoles', coalesce(sum(consoles), 0), 'older', coalesce(sum(consoles) filter (where reader_version < $1::integer), 0),
	'versions', coalesce(json_agg(json_build_object('reader', reader_version, 'consoles', consoles) order by reader_version), '[]')) as older
from version
