-- Where a bug's reports count in the end. $1 bug. No row: there is no such bug.
with recursive way as (
	select id, duplicate_of from bug where id = $1::bigint
	union
	select b.id, b.duplicate_of from way w join bug b on b.id = w.duplicate_of
)
select id from way where duplicate_of is null limit 1
