-- Keeps the values of an attempt of a patched or reverted revision: these, and no others any more. $1 attempt, $2 its claim time, $3 metrics, $4 values.
with gone as (
	delete from point_beside where attempt_id = $1::bigint and claimed_at = $2::timestamptz and metric <> all ($3::text[])
)
insert into point_beside (attempt_id, claimed_at, metric, value)
select $1::bigint, $2::timestamptz, metric, value from unnest($3::text[], $4::double precision[]) v (metric, value)
on conflict (attempt_id, claimed_at, metric) do update set value = excluded.value
