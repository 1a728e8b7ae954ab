-- Reading a stream failed: tried again after 2, 4, 8 … seconds, given up after the eighth time. $1 attempt, $2 name, $3 why.
update stream
set reader_tries = reader_tries + 1, reader_error = $3::text,
	reader_retry_at = case when reader_tries < 7 then now() + make_interval(secs => 2 ^ (reader_tries + 1)) else 'infinity' end
where attempt_id = $1::bigint and name = $2::text
