-- Gives the reports that attempts have of a bug to another, for good: pinned. $1 the bug that gives, $2 the one that gets, $3 attempts.
with moved as (
	update occurrence set bug_id = $2::bigint
	where bug_id = $1::bigint and attempt_id = any ($3::bigint[])
	returning attempt_id, start_byte, end_byte
)
insert into bug_pin (attempt_id, start_byte, end_byte, bug_id)
select attempt_id, start_byte, end_byte, $2::bigint from moved
on conflict (attempt_id, start_byte) do update set end_byte = excluded.end_byte, bug_id = excluded.bug_id
