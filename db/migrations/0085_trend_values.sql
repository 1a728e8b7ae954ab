-- Trends in half the time: medians come out of an index alone; crash reports of a stretch are read from the first to the last revision of its commits, in one go, as medians
-- are; and a value is rounded without going through numeric, which took longer than all that is read.

-- Powers of ten up to 10^22 are exact, so what is divided by one is the double next to the four digits, and is printed as these.
create or replace function trend_value(value double precision) returns double precision
language sql immutable parallel safe as $$
	select case when $1 = 0 or abs($1) < 1e-15 then $1
		when abs($1) < 1e4 then round($1 * 10::double precision ^ (3 - floor(log(abs($1))))) / 10::double precision ^ (3 - floor(log(abs($1))))
		else round($1 / 10::double precision ^ (floor(log(abs($1))) - 3)) * 10::double precision ^ (floor(log(abs($1))) - 3) end
$$;
drop function trend_values(double precision[]);

create or replace function trend_letter(n integer) returns text
language sql immutable parallel safe as $$
	select chr(case when $1 < 26 then 65 + $1 when $1 < 52 then 71 + $1 when $1 < 62 then $1 - 4 when $1 = 62 then 43 else 47 end)
$$;

-- All that is read of a commit's median stands in the index: 500 commits of twelve series lie on as many pages of the table (6.8 -> 3.4 ms for where a series began to be measured
-- elsewhere, series_medians 5.8 -> 3.4), and what changes a row changes what the index had of it before, too.
create index median_row on median (series_id, commit_id) include (n, value, low, high, attempt_id, machine_id, accel, config);
drop index median_value;

-- The plans that a connection keeps expect few commits of any stretch, so they would look up each in a list: nested loops are for a report's tally only.
create function trend_crashes(tree_id bigint, profiles bigint[], low bigint, high bigint)
returns table (profile_id bigint, ordinal bigint, bug_id bigint, attempts integer, tried integer)
language plpgsql stable rows 100 set enable_nestloop = off as $$
begin
	return query
	with line as materialized (
		select tc.commit_id, tc.ordinal from tree_commit tc where tc.tree_id = $1 and tc.ordinal between $3 and $4
	), ends as materialized (
		select min(line.commit_id) as first, max(line.commit_id) as last from line
	), tested as materialized (
		select r.id, line.ordinal from revision r join line on line.commit_id = r.commit_id
		where r.commit_id between (select first from ends) and (select last from ends) and r.tree_id = $1 and r.is_plain
	), reach as materialized (
		select min(tested.id) as first, max(tested.id) as last from tested
	), hit as materialized (
		select y.revision_id, y.profile_id, y.bug_id, y.attempts, tested.ordinal from bug_tally y join tested on tested.id = y.revision_id
		where y.revision_id between (select first from reach) and (select last from reach) and y.profile_id = any ($2)
	)
	select h.profile_id, h.ordinal, h.bug_id, h.attempts, greatest(t.attempts, h.attempts)
	from hit h join bug b on b.id = h.bug_id and bug_what(b.type) <> 'warning' left join lateral (select tally.attempts from tally where tally.revision_id = h.revision_id and tally.profile_id = h.profile_id offset 0) t on true;
end $$;
comment on function trend_crashes(bigint, bigint[], bigint, bigint) is 'Where bugs were seen on a stretch of a tree''s line under these profiles: in how many attempts, of how many. Warnings are left out. In no order.';

-- Of most series every commit ran on one machine, in one way and with one config: only of the others places are counted, and which those are is asked of the index alone,
-- without the line and in no language's order (12 series of 500 commits: 1.2 ms of a processor, 3.1 where four ran on two machines).
create function series_marks(tree_id bigint, series bigint[], low bigint, high bigint)
returns table (series_id bigint, ordinal bigint, what text, value text)
language plpgsql stable rows 20 as $$
begin
	return query
	with line as materialized (
		select tc.commit_id, tc.ordinal from tree_commit tc where tc.tree_id = $1 and tc.ordinal between $3 and $4
	), ends as materialized (
		select min(line.commit_id) as first, max(line.commit_id) as last from line
	), mixed as materialized (
		select s.id, m.machine, m.accel, m.config
		from unnest($2) s (id) cross join lateral (
			select min(x.machine_id) <> max(x.machine_id) as machine, min(x.accel collate "C") <> max(x.accel collate "C") as accel, min(x.config collate "C") <> max(x.config collate "C") as config
			from median x where x.series_id = s.id and x.commit_id between (select first from ends) and (select last from ends)) m
		where m.machine or m.accel or m.config
	), numbered as materialized (
		select m.series_id, line.ordinal, m.machine_id, m.accel, m.config, row_number() over (partition by m.series_id order by line.ordinal) as n
		from mixed s cross join lateral (
				select x.series_id, x.commit_id, x.machine_id, x.accel, x.config from median x where x.series_id = s.id and x.commit_id between (select first from ends) and (select last from ends) offset 0) m
			join line on line.commit_id = m.commit_id
	), met as ( -- how far back the same was met
		select m.series_id, m.ordinal, m.n, 'machine' as what, m.machine_id, null as value, m.n - lag(m.n) over (partition by m.series_id, m.machine_id order by m.ordinal) as since
		from numbered m where m.series_id = any (array(select mixed.id from mixed where mixed.machine))
		union all
		select m.series_id, m.ordinal, m.n, 'run', null, m.accel, m.n - lag(m.n) over (partition by m.series_id, m.accel order by m.ordinal)
		from numbered m where m.series_id = any (array(select mixed.id from mixed where mixed.accel))
		union all
		select m.series_id, m.ordinal, m.n, 'config', null, m.config, m.n - lag(m.n) over (partition by m.series_id, m.config order by m.ordinal)
		from numbered m where m.series_id = any (array(select mixed.id from mixed where mixed.config))
	)
	select m.series_id, m.ordinal, m.what, coalesce(m.value, k.name) from met m left join machine k on k.id = m.machine_id
	where m.n > 1 and (m.since is null or m.since > 20) and (m.value is not null or k.name is not null);
end $$;
comment on function series_marks(bigint, bigint[], bigint, bigint) is 'Where on a stretch of a tree''s line series began to be measured on another machine, in another way (`run`: kvm, tcg, …) or with another kernel config: one that was not met at the twenty commits before. In no order.';
