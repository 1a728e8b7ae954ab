-- A console was read again and holds no report that differs: only that is noted, and nothing is measured again. $1 attempt, $2 name,
-- $3 bytes read, $4 is that all there will be, $5 reader's version, $6 what the reader must remember. No row: bytes came meanwhile.
with kept as (
	update stream
	set read_bytes = size_bytes, is_read = $4::boolean, reader_version = $5::integer, reader_state = $6::jsonb,
		reader_tries = 0, reader_error = null, reader_retry_at = null
	where attempt_id = $1::bigint and name = $2::text and size_bytes = $3::bigint
	returning attempt_id
)
select attempt_id from kept limit 1
