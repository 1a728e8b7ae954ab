-- Begins a pass over old consoles and build logs, or goes on with one that was asked for in the same words and did not come to its end within a day.
-- $1 is it applied, $2 reader's version, $3 who, $4 only this attempt or null, $5 since when or null, $6 those of this version too, $7 version of the reader of
-- build logs.
-- Always one row.
with found as (
	select id, last_attempt_id
	from reread
	where ended_at is null and started_at > now() - interval '1 day' and is_applied = $1::boolean and reader_version = $2::integer and build_version = $7::integer
		and only_attempt_id is not distinct from $4::bigint and since is not distinct from $5::timestamptz and is_all = $6::boolean
	order by id desc
	limit 1
),
dropped as (
	delete from reread where not is_applied and not $1 and id not in (select id from found)
),
made as (
	insert into reread (is_applied, reader_version, actor, only_attempt_id, since, is_all, build_version)
	select $1, $2, $3::text, $4, $5, $6, $7 where not exists (select from found)
	returning id, last_attempt_id
)
select id, last_attempt_id from found union all select id, last_attempt_id from made limit 1
