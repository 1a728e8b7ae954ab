-- The medians of a series' commits, in their order, on the scale on which changes are looked for: all, or those of a stretch. $1 series; $2 first
-- place of the stretch, $3 last (null: all); $4 how many commits with points on each side of it besides.
with bound as materialized ( -- along the line, commit by commit, until there are enough
	select (select min(n.ordinal) from (
			select tc.ordinal from tree_commit tc cross join lateral (select from point p where p.series_id = $1::bigint and p.commit_id = tc.commit_id limit 1) p
			where tc.tree_id = (select tree_id from series where id = $1) and tc.ordinal < $2::bigint order by tc.ordinal desc limit $4::integer) n) as low,
		(select max(n.ordinal) from (
			select tc.ordinal from tree_commit tc cross join lateral (select from point p where p.series_id = $1 and p.commit_id = tc.commit_id limit 1) p
			where tc.tree_id = (select tree_id from series where id = $1) and tc.ordinal > $3::bigint order by tc.ordinal limit $4::integer) n) as high
)
select v.ordinal, v.commit_id, percentile_cont(0.5) within group (order by v.scaled) as value
from change_point v cross join bound b
where v.series_id = $1 and v.ordinal between coalesce(b.low, $2, 0) and coalesce(b.high, $3, 9223372036854775807)
group by v.ordinal, v.commit_id order by v.ordinal limit 100000
