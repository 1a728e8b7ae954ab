-- Keeps the points of an attempt, says so to open pages, and has changes of plain revisions looked for. $1 attempt, $2 its claim time, $3 metrics, $4 values. Needs series_add.
with given as (
	select s.id, r.commit_id, v.value
	from attempt a
	join job j on j.id = a.job_id
	join revision r on r.id = j.revision_id
	cross join unnest($3::text[], $4::double precision[]) v (metric, value)
	join series s on s.tree_id = r.tree_id and s.profile_id = j.profile_id and s.metric = v.metric
	where a.id = $1::bigint
),
put as (
	insert into point (series_id, attempt_id, claimed_at, commit_id, value)
	select id, $1::bigint, $2::timestamptz, commit_id, value from given
	on conflict (series_id, attempt_id, claimed_at) do update set value = excluded.value, commit_id = excluded.commit_id
	returning series_id
), queued as (
	-- In one order, since others may queue the same series.
	insert into change_item (series_id, low, high) select p.series_id, l.ordinal, l.ordinal from put p join attempt_place l on l.attempt_id = $1::bigint and l.is_plain and l.ordinal is not null order by p.series_id
	on conflict (series_id) do update set low = least(change_item.low, excluded.low), high = greatest(change_item.high, excluded.high) where change_item.low is not null
)
insert into event (kind, subject_id, attempt_id) select 'series', series_id, $1::bigint from put
