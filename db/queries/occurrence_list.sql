-- The reports found in an attempt's console or build log. $1 attempt, $2 its claim time, $3 console or build.
select start_byte, end_byte, bug_id, title, uptime_s, reader_version, coalesce(report -> 'panicked' = 'true', false) as is_panicked
from occurrence
where attempt_id = $1::bigint and claimed_at = $2::timestamptz and occurrence_stream(start_byte) = $3::text
order by start_byte
limit 10000
