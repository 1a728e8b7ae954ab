-- Streams with bytes that no reader has read, or that have ended unseen: those that wait longest come first; build logs once they are whole.
-- No row: nothing to read.
select attempt_id, name
from stream
where (name <> 'build' or is_complete) and (read_bytes < size_bytes or (is_complete and not is_read))
	and (reader_retry_at is null or reader_retry_at <= now())
order by updated_at
limit 256
