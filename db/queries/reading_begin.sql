-- A stream to be read in this transaction. The lock is not the row's, since the delivery of more bytes must not wait for the reader;
-- reading_keep finds out if the row is older than the lock. $1 attempt, $2 name. No row: another process reads it.
select claimed_at::text as claimed_at, size_bytes, is_complete, is_read, read_bytes, reader_state::text as reader_state,
	(select job_id from attempt where id = $1::bigint) as job_id
from stream
where attempt_id = $1::bigint and name = $2::text
	and pg_try_advisory_xact_lock(hashtext('reading ' || name), (attempt_id % 2147483648)::integer)
limit 1
