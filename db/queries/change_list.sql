-- The changes of a series that are known, in the order of their places. $1 series.
select c.id, c.state, c.gone_at is not null as is_gone, c.kind, c.is_wide, c.before, c.after, c.noise, c.good_id, c.bad_id, coalesce(c.trial_id, 0) as trial_id, coalesce(c.alert_id, 0) as alert_id, coalesce(c.fixed_by, 0) as fixed_by,
	l.ordinal as low, b.ordinal as at, h.ordinal as high
from change c join series s on s.id = c.series_id
	join tree_commit l on l.tree_id = s.tree_id and l.commit_id = c.low_id and l.ordinal is not null
	join tree_commit b on b.tree_id = s.tree_id and b.commit_id = c.bad_id and b.ordinal is not null
	join tree_commit h on h.tree_id = s.tree_id and h.commit_id = c.high_id and h.ordinal is not null
where c.series_id = $1::bigint order by b.ordinal, c.id limit 10000
