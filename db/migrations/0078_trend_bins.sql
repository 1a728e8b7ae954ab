-- A long stretch of a line in few points: added up where it is read, so that what is handed on are some hundred bins a series and not ten thousand commits.

create function series_bins(tree_id bigint, series bigint[], low bigint, high bigint, width bigint)
returns table (series_id bigint, bin bigint, n bigint, mean double precision, lowest double precision, highest double precision)
language plpgsql stable rows 1000 as $$
begin
	return query
	with line as materialized (
		select tc.commit_id, (tc.ordinal - $3) / $5 as bin from tree_commit tc where tc.tree_id = $1 and tc.ordinal between $3 and $4
	), ends as materialized (
		select min(line.commit_id) as first, max(line.commit_id) as last from line
	)
	select m.series_id, line.bin, sum(m.n), sum(m.value * m.n) / sum(m.n), min(m.low), max(m.high)
	from unnest($2) s (id) cross join lateral (
			select * from median where median.series_id = s.id and median.commit_id between (select first from ends) and (select last from ends) offset 0) m
		join line on line.commit_id = m.commit_id
	group by m.series_id, line.bin;
end $$;
comment on function series_bins(bigint, bigint[], bigint, bigint, bigint) is 'What each of these series gave in each bin of so many commits of a stretch of a tree''s line: values, the mean of the commits'' medians, the lowest and highest value. In no order.';

-- Commits of a series lie far from each other in the table, since it is written attempt by attempt: a long stretch is read out of the index alone.
create index median_value on median (series_id, commit_id) include (n, value, low, high);
