-- Takes away what an earlier reading took for reports. $1 attempt, $2 its claim time, $3 where the reports begin.
delete from occurrence
where attempt_id = $1::bigint and claimed_at = $2::timestamptz and start_byte <> all ($3::bigint[])
