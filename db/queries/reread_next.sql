-- Attempts that have ended and whose console, or build log, is to be read again; what has not been read at all is the running server's, unless it has
-- given up, and what retention has removed stays as it was read. $1 behind this attempt, $2 and $3 read by a reader of consoles, or of build logs,
-- older than this version (null: by any), $4 only this attempt or null, $5 claimed since then or null. No row: that was all.
select s.attempt_id, bool_or(s.name = 'console') as has_console, bool_or(s.name = 'build') as has_build
from stream s
join attempt a on a.id = s.attempt_id
where s.name in ('console', 'build') and s.size_bytes > 0 and s.removed_at is null and a.state <> 'running'
	and s.attempt_id > greatest($1::bigint, $4::bigint - 1) and s.attempt_id <= coalesce($4::bigint, 9223372036854775807)
	and (s.read_bytes >= s.size_bytes or s.reader_retry_at = 'infinity')
	and s.reader_version < coalesce(case s.name when 'console' then $2::integer else $3::integer end, 2147483647)
	and s.claimed_at >= coalesce($5::timestamptz, '-infinity')
group by s.attempt_id
order by s.attempt_id
limit 256
