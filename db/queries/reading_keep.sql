-- Says how far a stream has been read. An attempt that has ended is measured (again), since it has got more to be measured.
-- $1 attempt, $2 name, $3 read before, $4 read now, $5 is that all there will be, $6 reader's version, $7 what the reader must remember.
-- No row: another process has read it meanwhile, so this transaction must not be committed.
with kept as (
	update stream
	set read_bytes = $4::bigint, is_read = $5::boolean, reader_version = $6::integer, reader_state = $7::jsonb,
		reader_tries = 0, reader_error = null, reader_retry_at = null
	where attempt_id = $1::bigint and name = $2::text and read_bytes = $3::bigint
	returning attempt_id
),
queued as (
	insert into work_item (stage, attempt_id)
	select 'measure', a.id from kept join attempt a on a.id = kept.attempt_id where a.state <> 'running'
	on conflict (stage, attempt_id) do update set tries = 0, retry_at = now(), error = null
)
select attempt_id from kept limit 1
