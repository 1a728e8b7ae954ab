-- What retention_streams would remove, without doing it. $1 consoles or samples; $2 days; $3 behind this attempt (null: the mark).
-- Always one row: how many attempts were looked at (0: no more is due), how many of them have something that would go, with how many
-- bytes, how many would stay for their reports, and the last one.
select count(*) as looked, count(*) filter (where not is_evidence and bytes > 0) as removed, coalesce(sum(bytes) filter (where not is_evidence), 0)::bigint as bytes,
	count(*) filter (where is_evidence and bytes > 0) as evidence, max(attempt_id) as last_id
from retention r cross join lateral retention_attempts(r.kind, coalesce($3::bigint, r.mark), $2::integer, 10000) d
where r.kind = $1::text
limit 1
