-- Trends of several profiles over any stretch of the line, for pages, pictures and tables alike. Functions and an index, no tables.

-- An attempt stands for each commit's median, so that a point leads to what it was measured in: read out of the index alone.
create index point_value on point (series_id, commit_id) include (value, attempt_id);
drop index point_commit;

create function trend_span(tree_id bigint, low text, high text) returns table (first bigint, last bigint, top bigint)
language sql stable parallel safe as $$
	select greatest(0, least(coalesce(n.low, n.high - 499), n.high)), n.high, n.top
	from (select tc.ordinal as top, least(coalesce(case when $3 ~ '^[0-9]{1,15}$' then $3::bigint end, tc.ordinal), tc.ordinal) as high,
			case when $2 ~ '^[0-9]{1,15}$' then $2::bigint end as low
		from tree_commit tc where tc.tree_id = $1 and tc.ordinal is not null order by tc.ordinal desc limit 1) n
$$;
comment on function trend_span(bigint, text, text) is 'A stretch of a tree''s line out of two places as people write them; null or no number: the newest 500 commits. No row: the line is empty.';

create function trend_series(tree_id bigint, metric text, profiles text) returns table (place bigint, series_id bigint, profile_id bigint, profile text)
language sql stable parallel safe as $$
	select row_number() over (order by u.place), s.id, p.id, p.name
	from (select x.name, min(x.place) as place from unnest(string_to_array($3, ',')) with ordinality x (name, place) group by x.name order by 2 limit 12) u
		join profile p on p.name = u.name join series s on s.tree_id = $1 and s.profile_id = p.id and s.metric = $2
$$;
comment on function trend_series(bigint, text, text) is 'The series of profiles named with commas between them, in that order, at most twelve; what has no series is left out.';

create function trend_points(tree_id bigint, metric text, profiles text, low bigint, high bigint)
returns table (place bigint, series_id bigint, ordinal bigint, commit_id bigint, n bigint, middle double precision, lowest double precision, highest double precision, attempt_id bigint)
language sql stable parallel safe as $$
	with s as materialized (select x.place, x.series_id from trend_series($1, $2, $3) x)
	select s.place, s.series_id, tc.ordinal, tc.commit_id, count(*), percentile_cont(0.5) within group (order by v.value), min(v.value), max(v.value),
		(array_agg(v.attempt_id order by v.value, v.attempt_id))[((count(*) + 1) / 2)::integer]
	from s join tree_commit tc on tc.tree_id = $1 and tc.ordinal between $4 and $5
		join point v on v.series_id = s.series_id and v.commit_id = tc.commit_id
	group by s.place, s.series_id, tc.ordinal, tc.commit_id
$$;
comment on function trend_points(bigint, text, text, bigint, bigint) is 'Of each series and commit on a stretch of the line: how many values, their median and ends, and the attempt whose value is the median or the one below it.';

create function trend_value(value double precision) returns double precision
language sql immutable parallel safe as $$
	select case when value is null or value = 0 then value else round(value::numeric, 3 - floor(log(abs(value)))::integer)::double precision end
$$;
comment on function trend_value(double precision) is 'A value in four digits: more cannot be seen in a chart, and each digit is sent over the wire.';

create or replace function page_bytes(size bigint) returns text
language sql immutable parallel safe as $$
	select case
		when size < 1000 then size::text || ' B'
		when size < 999950 then round(size / 1e3, case when size < 99950 then 1 else 0 end)::text || ' kB'
		when size < 999950000 then round(size / 1e6, case when size < 99950000 then 1 else 0 end)::text || ' MB'
		when size < 999950000000 then round(size / 1e9, case when size < 99950000000 then 1 else 0 end)::text || ' GB'
		else round(size / 1e12, case when size < 99950000000000 then 1 else 0 end)::text || ' TB' end
$$;
comment on function page_bytes(bigint) is 'A size: 12.3 kB, 4.1 MB, 712 GB, 1.7 TB.';
