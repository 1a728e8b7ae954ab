-- How long a stream is. $1 attempt; $2 name. No row: it has not begun, or there is no such attempt.
select size_bytes, is_complete, gap_start, gap_end from stream where attempt_id = $1::bigint and name = $2::text
