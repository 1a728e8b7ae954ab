-- Each commit's values of a series are looked up by the index, whatever the planner thinks of the whole: on 10,000 commits it read a series from
-- end to end for the newest 500 of them, 120,000 points for 6,000 medians.
create or replace function trend_points(tree_id bigint, metric text, profiles text, low bigint, high bigint)
returns table (place bigint, series_id bigint, ordinal bigint, commit_id bigint, n bigint, middle double precision, lowest double precision, highest double precision, attempt_id bigint)
language sql stable parallel safe as $$
	with s as materialized (select x.place, x.series_id from trend_series($1, $2, $3) x)
	select s.place, s.series_id, tc.ordinal, tc.commit_id, v.n, v.middle, v.lowest, v.highest, v.attempt_id
	from s join tree_commit tc on tc.tree_id = $1 and tc.ordinal between $4 and $5 cross join lateral (
		select count(*) as n, percentile_cont(0.5) within group (order by p.value) as middle, min(p.value) as lowest, max(p.value) as highest,
			(array_agg(p.attempt_id order by p.value, p.attempt_id))[((count(*) + 1) / 2)::integer] as attempt_id
		from point p where p.series_id = s.series_id and p.commit_id = tc.commit_id having count(*) > 0) v
$$;
