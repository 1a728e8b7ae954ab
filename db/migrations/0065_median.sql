-- What a trend shows of each commit, kept beside the points it comes from: a page over hundreds of commits reads one row for each, however often each was tried.
-- The view says what the rows are; the stage that puts points counts a commit's row anew in the same transaction, so counting twice changes nothing.

create view median_now as
select m.series_id, m.commit_id, m.n, m.value, m.low, m.high, m.attempt_id, a.machine_id, a.accel, left(f.sha256, 12) as config
from (
	select p.series_id, p.commit_id, count(*)::integer as n, percentile_cont(0.5) within group (order by p.value) as value, min(p.value) as low, max(p.value) as high,
		(array_agg(p.attempt_id order by p.value, p.attempt_id))[((count(*) + 1) / 2)::integer] as attempt_id
	from point p
	group by p.series_id, p.commit_id) m
	left join attempt a on a.id = m.attempt_id
	left join attempt_artifact f on f.attempt_id = m.attempt_id and f.name = 'config';
comment on view median_now is 'What median holds, counted from the points themselves.';

create table median (
	series_id bigint not null references series (id) on delete cascade,
	commit_id bigint not null references commit (id),
	n integer not null check (n > 0),
	value double precision not null,
	low double precision not null,
	high double precision not null check (high >= low),
	attempt_id bigint not null,
	machine_id bigint,
	accel text,
	config text,
	primary key (series_id, commit_id)
);
comment on table median is 'The points of a series on one commit, together.';
comment on column median.series_id is 'The series.';
comment on column median.commit_id is 'The commit.';
comment on column median.n is 'How many points.';
comment on column median.value is 'Their median.';
comment on column median.low is 'The lowest.';
comment on column median.high is 'The highest.';
comment on column median.attempt_id is 'The attempt whose value is the median or the one below it, so that a place in a picture leads to what it was measured in.';
comment on column median.machine_id is 'Where that ran; null: not known, as below.';
comment on column median.accel is 'How it ran.';
comment on column median.config is 'The beginning of its kernel config''s hash.';

insert into median (series_id, commit_id, n, value, low, high, attempt_id, machine_id, accel, config)
select series_id, commit_id, n, value, low, high, attempt_id, machine_id, accel, config from median_now;

-- Commits of a stretch mostly have their numbers in a row, so each series is read from the first to the last of them, in one go, and what is not of the
-- line falls out. PL/pgSQL, whose plans a connection keeps.
create function series_medians(tree_id bigint, series bigint[], low bigint, high bigint)
returns table (series_id bigint, ordinal bigint, commit_id bigint, n integer, value double precision, lowest double precision, highest double precision, attempt_id bigint, machine_id bigint, accel text, config text)
language plpgsql stable rows 1000 as $$
begin
	return query
	with line as materialized (
		select tc.commit_id, tc.ordinal from tree_commit tc where tc.tree_id = $1 and tc.ordinal between $3 and $4
	), ends as materialized (
		select min(line.commit_id) as first, max(line.commit_id) as last from line
	)
	select m.series_id, line.ordinal, m.commit_id, m.n, m.value, m.low, m.high, m.attempt_id, m.machine_id, m.accel, m.config
	from unnest($2) s (id) cross join lateral (
			select * from median where median.series_id = s.id and median.commit_id between (select first from ends) and (select last from ends) offset 0) m
		join line on line.commit_id = m.commit_id;
end $$;
comment on function series_medians(bigint, bigint[], bigint, bigint) is 'What each of these series gave on each commit of a stretch of a tree''s line, in no order.';

create or replace function trend_points(tree_id bigint, metric text, profiles text, low bigint, high bigint)
returns table (place bigint, series_id bigint, ordinal bigint, commit_id bigint, n bigint, middle double precision, lowest double precision, highest double precision, attempt_id bigint)
language sql stable parallel safe as $$
	with s as materialized (select x.place, x.series_id from trend_series($1, $2, $3) x)
	select s.place, m.series_id, m.ordinal, m.commit_id, m.n::bigint, m.value, m.lowest, m.highest, m.attempt_id
	from series_medians($1, (select array_agg(s.series_id) from s), $4, $5) m join s on s.series_id = m.series_id
$$;
