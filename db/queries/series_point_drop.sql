-- Takes away the points of an attempt in series that it has no value for now.
-- $1 attempt, $2 its claim time, $3 metrics that it has values for.
delete from point
where attempt_id = $1::bigint and claimed_at = $2::timestamptz and series_id = any (array(
	select s.id
	from attempt a
	join job j on j.id = a.job_id
	join revision r on r.id = j.revision_id
	join series s on s.tree_id = r.tree_id and s.profile_id = j.profile_id
	where a.id = $1::bigint and s.metric <> all ($3::text[])
))
