-- A rule's pattern was given up. $1 rule, $2 its pattern_version, $3 why, $4 at this attempt's report.
update rule
set limit_hits = limit_hits + 1, error = $3::text, error_attempt_id = $4::bigint, error_at = now()
where id = $1::bigint and pattern_version = $2::integer
