-- Keeps a report, or what it reads as now, and the functions it names, says so to open pages, and has rules tried on it.
-- $1 attempt, $2 its claim time, $3 start, $4 end, $5 bug, $6 title, $7 reader's version, $8 is it corrupted, $9 uptime or null, $10 all of it.
with put as (
	insert into occurrence (attempt_id, claimed_at, start_byte, end_byte, bug_id, title, reader_version, is_corrupted, uptime_s, report, is_warning)
	values ($1::bigint, $2::timestamptz, $3::bigint, $4::bigint, $5::bigint, $6::text, $7::integer, $8::boolean,
		$9::double precision, $10::jsonb, coalesce(($10 ->> 'is_warning')::boolean, false))
	on conflict (attempt_id, claimed_at, start_byte) do update
	set end_byte = excluded.end_byte, bug_id = excluded.bug_id, title = excluded.title, reader_version = excluded.reader_version,
		is_corrupted = excluded.is_corrupted, uptime_s = excluded.uptime_s, report = excluded.report, is_warning = excluded.is_warning
	returning bug_id, attempt_id
), queued as (
	insert into rule_item (attempt_id) select attempt_id from put on conflict (attempt_id) do update set queued_at = now()
), named as (
	insert into report_function (function, title) select f, $6::text from report_functions($10::jsonb) f on conflict do nothing
)
insert into event (kind, subject_id, attempt_id) select 'bug', bug_id, attempt_id from put
