-- Attempts that have ended and whose consoles are to be read again; what has not been read at all is the running server's, unless it has
-- given up, and what retention has removed stays as it was read. $1 behind this attempt, $2 read by a reader older than this version (null: by any), $3 only this attempt or null, $4 claimed
-- since then or null. No row: that was all.
select s.attempt_id
from stream s
join attempt a on a.id = s.attempt_id
where s.name = 'console' and s.size_bytes > 0 and s.removed_at is null and a.state <> 'running'
	and s.attempt_id > greatest($1::bigint, $3::bigint - 1) and s.attempt_id <= coalesce($3::bigint, 9223372036854775807)
	and (s.read_bytes >= s.size_bytes or s.reader_retry_at = 'infinity')
	and s.reader_version < coalesce($2::integer, 2147483647)
	and s.claimed_at >= coalesce($4::timestamptz, '-infinity')
order by s.attempt_id
limit 256
