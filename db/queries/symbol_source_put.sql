-- Notes the guilty source file of a report, and tells pages that are open. $1 attempt; $2 its claim time; $3 start; $4 file or null; $5 line or null.
with put as (
	update occurrence set source_file = $4::text, source_line = $5::integer, is_symbolised = true
	where attempt_id = $1::bigint and claimed_at = $2::timestamptz and start_byte = $3::bigint
	returning bug_id, attempt_id
)
insert into event (kind, subject_id, attempt_id) select 'bug', bug_id, attempt_id from put
