-- A long stretch of a line in few points, series by series: each is added up by bin alone, out of the index, and its rows are not gathered with those of the others first
-- (12 series of 10,000 commits: 60 -> 45 ms of a processor).
create or replace function series_bins(tree_id bigint, series bigint[], low bigint, high bigint, width bigint)
returns table (series_id bigint, bin bigint, n bigint, mean double precision, lowest double precision, highest double precision)
language plpgsql stable rows 1000 as $$
begin
	return query
	with line as materialized (
		select tc.commit_id, (tc.ordinal - $3) / $5 as bin from tree_commit tc where tc.tree_id = $1 and tc.ordinal between $3 and $4
	), ends as materialized (
		select min(line.commit_id) as first, max(line.commit_id) as last from line
	)
	select s.id, b.*
	from unnest($2) s (id) cross join lateral (
		select line.bin, sum(m.n), sum(m.value * m.n) / sum(m.n), min(m.low), max(m.high)
		from median m join line on line.commit_id = m.commit_id
		where m.series_id = s.id and m.commit_id between (select first from ends) and (select last from ends) group by line.bin) b;
end $$;
