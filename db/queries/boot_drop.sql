-- Takes away what an attempt's boot failed with, as it was read before. $1 attempt, $2 its claim time, $3 where it begins now (null: it has none
-- any more, its console holds a report). A row for the bug of what has gone.
delete from occurrence
where attempt_id = $1::bigint and claimed_at = $2::timestamptz and occurrence_stream(start_byte) = 'boot' and start_byte is distinct from $3::bigint
returning bug_id
