-- Withdraws the fix of a bug, and which trees need none; its life keeps what was named. $1 bug. One row: what was named.
with fixes as (
	delete from bug_fix where bug_id = $1::bigint returning title
), commits as (
	delete from bug_fix_commit where bug_id = $1::bigint
), needless as (
	delete from bug_needless where bug_id = $1::bigint
)
select coalesce(string_agg(distinct title, '; '), '') as titles from fixes limit 1
