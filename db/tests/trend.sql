-- Trends of several profiles over a stretch of the line: medians, bins, changes and tables.
\ir attempts.fixture

select pg_temp.expect('small', page_bytes(12345), '12.3 kB');
select pg_temp.expect('a disk', page_bytes(712345678901), '712 GB');
select pg_temp.expect('a large disk', page_bytes(1695000000000), '1.7 TB');
select pg_temp.expect('four digits', trend_value(0.000123456), 0.0001235::double precision);
select pg_temp.expect('of a large one too', trend_value(40312.7), 40310::double precision);
select pg_temp.expect('of whatever size', (select array_agg(trend_value(v)::text order by n) from unnest(array[0, null, 9999.6, 1000, 123456789, 1.23456e20, -0.0123456, 1e-20, 7e-14]::double precision[]) with ordinality u (v, n)),
	'{0,NULL,10000,1000,123500000,1.235e+20,-0.01235,1e-20,7e-14}');

select pg_temp.expect('an empty line has no trend', count(*), 0::bigint) from tree t cross join lateral trend_span(t.id, null, null);
insert into tree_commit (tree_id, commit_id, ordinal) select t.id, c.id, 0 from tree t, commit c where c.id = (select min(commit_id) from attempt_place where attempt_id = :a1);
select pg_temp.expect('behind the end is the end', first || ' ' || last, '0 0') from tree t cross join lateral trend_span(t.id, '7', '99') where t.name = 't';
update attempt set state = 'done', result = 'clean' where id in (:a1, :a2);
execute series_add(:a1, '{fail_ratio}');
execute series_point_put(:a1, :'claimed', '{fail_ratio}', '{0.25}');
execute series_point_put(:a2, :'claimed', '{fail_ratio}', '{0.5}');
execute series_median_keep(:a2);

create temp table shown as execute api_trend('t', 'fail_ratio', 'p,nobody', null, null, null, null);
select pg_temp.expect('one series, of those that there are', json_array_length(body::json -> 'series'), 1) from shown;
select pg_temp.expect('the median of a commit''s attempts', body::json #>> '{series,0,middle,0}', '0.375') from shown;
select pg_temp.expect('its ends', concat_ws(' ', body::json #>> '{series,0,low,0}', body::json #>> '{series,0,high,0}', body::json #>> '{series,0,n,0}'), '0.25 0.5 2') from shown;
select pg_temp.expect('the attempt below the median stands for it', body::json #>> '{series,0,attempt,0}', (:a1)::text) from shown;
select pg_temp.expect('and where it ran', body::json #>> '{series,0,machine,0}', (select m.name from attempt a join machine m on m.id = a.machine_id where a.id = :a1)) from shown;
create temp table csv as execute csv_trend('t', 'p', 'fail_ratio', null, null, null);
select pg_temp.expect('a table has a line for each commit', array_length(string_to_array(trim(body, E'\r\n'), E'\r\n'), 1), 2) from csv;
select pg_temp.expect('with its values', split_part(body, E'\r\n', 2) ~ '^0,[0-9a-f]{40,64},p,0.375,0.25,0.5,2$', true) from csv;
create temp table picture as execute page_chart('t', 'p', 'fail_ratio', null, null, null);
select pg_temp.expect('a picture of one point', page #>> '{lines,0,path}' ~ '^M[0-9.]+ [0-9.]+$', true) from picture;

-- Forty commits more: at twenty points each bin of five commits gives its lowest and highest value.
insert into commit (sha, subject, author, authored_at, committed_at) select left(encode(sha256(('line ' || i)::bytea), 'hex'), 40), 'line ' || i, 'a', now(), now() from generate_series(1, 40) i;
insert into tree_commit (tree_id, commit_id, ordinal) select t.id, c.id, split_part(c.subject, ' ', 2)::bigint from tree t, commit c where t.name = 't' and c.subject like 'line %';
insert into point (series_id, attempt_id, claimed_at, commit_id, value) select s.id, :a1, timestamptz :'claimed' + tc.ordinal * interval '1 microsecond', tc.commit_id, tc.ordinal / 100.0 from series s join tree_commit tc on tc.tree_id = s.tree_id where tc.ordinal > 0;
insert into median select * from median_now on conflict do nothing;
create temp table binned as execute api_trend('t', 'fail_ratio', 'p', '0', '40', '20', null);
select pg_temp.expect('five commits to a bin', body::json ->> 'width', '5') from binned;
select pg_temp.expect('a pair of values for each', json_array_length(body::json #> '{series,0,low}'), 9) from binned;
select pg_temp.expect('its lowest and highest, and no attempt', concat_ws(' ', body::json #>> '{series,0,low,1}', body::json #>> '{series,0,high,1}', body::json #>> '{series,0,attempt,1}'), '0.05 0.09') from binned;
create temp table part as execute api_trend('t', 'fail_ratio', 'p', '30', '34', '20', null);
select pg_temp.expect('a short stretch has each commit', body::json #>> '{series,0,ordinal}', '[30,31,32,33,34]') from part;

-- A change that stands is drawn, one that was none is not.
insert into change (series_id, state, kind, good_id, bad_id, low_id, high_id, before, before_low, before_high, after, after_low, after_high, noise, chance)
select s.id, state, 'level', g.commit_id, b.commit_id, g.commit_id, b.commit_id, 0, 0, 0, 1, 1, 1, 0.1, 1e-9
from series s join tree_commit g on g.tree_id = s.tree_id and g.ordinal = 9 join tree_commit b on b.tree_id = s.tree_id and b.ordinal = 10 cross join (values ('confirmed'), ('false_alarm')) v (state);
create temp table moved as execute api_trend('t', 'fail_ratio', 'p', '5', '15', null, null);
select pg_temp.expect('last good and first bad', concat_ws(' ', json_array_length(body::json -> 'changes'), body::json #>> '{changes,0,good}', body::json #>> '{changes,0,bad}'), '1 9 10') from moved;
create temp table elsewhere as execute api_trend('t', 'fail_ratio', 'p', '11', '15', null, null);
select pg_temp.expect('not where it is not', json_array_length(body::json -> 'changes'), 0) from elsewhere;

-- At a glance each series has its newest change.
create temp table glance as execute page_trends('t', 'fail_ratio');
select pg_temp.expect('at a glance too', concat_ws(' ', page #>> '{rows,0,moved,way}', page #>> '{rows,0,moved,status,word}', page #>> '{rows,0,moved,short}' = (select left(c.sha, 12) from tree_commit tc join commit c on c.id = tc.commit_id where tc.ordinal = 10)), '↑ confirmed t') from glance;

-- The still picture flags the same, and where values begin to come from another machine or config; one that was there lately is none.
insert into machine (name, arch, cpus, memory_mb, runner_version, kernel_release, cpu_model) values ('m2', 'x86_64', 2, 1000, '1', '6', 'cpu');
update median set machine_id = (select id from machine where name = 'm2') from tree_commit tc where tc.commit_id = median.commit_id and tc.ordinal in (24, 26);
update median set config = case when tc.ordinal < 35 then 'old' else 'abc' end from tree_commit tc where tc.commit_id = median.commit_id;
select pg_temp.expect('what was not there before', string_agg(concat_ws(' ', k.ordinal, k.what, k.value), ', ' order by k.ordinal), '24 machine m2, 35 config abc') from series s cross join lateral series_marks(s.tree_id, array[s.id], 0, 40) k;
create temp table flagged as execute page_chart('t', 'p', 'fail_ratio', null, '0', '40');
select pg_temp.expect('a flag for each', string_agg(f ->> 'letter', '' order by (f ->> 'x')::numeric), '↑MC') from flagged, json_array_elements(page -> 'flags') f;
select pg_temp.expect('with words', page #>> '{flags,1,words}', 'another machine: m2') from flagged;
select pg_temp.expect('and what the flags mean', json_array_length(page -> 'key') || ' ' || (page ->> 'height'), '3 312') from flagged;
select pg_temp.expect('between the last good commit and the first bad one', page #>> '{between,0,width}', '19.5') from flagged;
create temp table unflagged as execute page_chart('t', 'p', 'fail_ratio', null, '11', '15');
select pg_temp.expect('nothing to explain where nothing lies', coalesce(page ->> 'key', '') || (page ->> 'height'), '292') from unflagged;

-- Packed, a number is two letters: what there is of each commit, and values in steps of a percent.
create temp table packed as execute api_trend('t', 'fail_ratio', 'p', '0', '2', null, 'packed');
select pg_temp.expect('two values, one, one', body::json #>> '{packed,n}', 'AAACBB') from packed;
select pg_temp.expect('places on a logarithmic scale', body::json #>> '{packed,middle}', 'FABsBG') from packed;
select pg_temp.expect('that lead back', array_agg(round(exp((body::json #>> '{series,0,base}')::numeric + (v - 1) / (body::json #>> '{series,0,per}')::numeric), 3)), '{0.377,0.010,0.020}') from packed, unnest(array[364, 1, 70]) v;
select pg_temp.expect('in place of columns', (body::json #>> '{series,0,ordinal}') || (body::json #>> '{packed,low}'), null) from packed;
create temp table wide as execute api_trend('t', 'fail_ratio', 'p', '0', '40', '20', 'packed');
select pg_temp.expect('a bin has its ends too', length(body::json #>> '{packed,low}') || ' ' || length(body::json #>> '{packed,high}'), '18 18') from wide;

-- Crash reports are marked, with how many attempts were made; warnings of a compiler are not.
insert into bug (title, type) values ('BUG: x in y', 'BUG'), ('build warning: z', 'BUILD_WARNING');
insert into bug_tally (bug_id, revision_id, profile_id, attempts, occurrences, last_at, done, known, exposure, whole_known, whole_exposure)
	select b.id, r.id, p.id, 1, 1, now(), 1, 0, 0, 0, 0 from bug b cross join revision r cross join profile p where r.is_plain and b.title in ('BUG: x in y', 'build warning: z');
insert into tally (revision_id, profile_id, attempts, known, exposure, work_ms, meaning) select revision_id, profile_id, attempts, known, exposure, work_ms, meaning from tally_now;
create temp table marked as execute api_trend('t', 'fail_ratio', 'p', '0', '40', '20', 'packed');
select pg_temp.expect('place, attempts with it, attempts', concat_ws(' ', body::json #>> '{bugs,ordinal}', body::json #>> '{bugs,count}', body::json #>> '{bugs,tried}'), '[0] [1] [2]') from marked;
select pg_temp.expect('by its title', (select string_agg(value, ', ') from json_each_text(body::json -> 'titles')), 'BUG: x in y') from marked;
create temp table behind as execute api_trend('t', 'fail_ratio', 'p', '1', '40', null, null);
select pg_temp.expect('not where it is not', body::json #>> '{bugs,ordinal}', '[]') from behind;

-- A table of two profiles: commit by commit, each commit's lines in the order that was asked for. A picture of a long stretch: each column from its lowest to its highest commit.
insert into profile (name, arch, page_size, config, fs, block_size, memory_mb, cpus, numa_nodes, workload, duration_s) select 'a', arch, page_size, config, fs, block_size, memory_mb, cpus, numa_nodes, 'migrate-reader', duration_s from profile where name = 'p';
insert into series (tree_id, profile_id, metric) select t.id, p.id, 'fail_ratio' from tree t, profile p where t.name = 't' and p.name = 'a';
insert into median (series_id, commit_id, n, value, low, high, attempt_id) select s.id, tc.commit_id, 1, 0.5, 0.5, 0.5, :a1 from series s join profile p on p.id = s.profile_id and p.name = 'a' join tree_commit tc on tc.tree_id = s.tree_id and tc.ordinal <= 1;
create temp table two as execute csv_trend('t', 'p', 'fail_ratio', 'a', '0', '1');
select pg_temp.expect('four lines', (select string_agg(regexp_replace(line, ',[0-9a-f]{40,64},', ' '), ' ' order by n) from string_to_table(body, E'\r\n') with ordinality u (line, n) where n > 1), '0 p,0.375,0.25,0.5,2 0 a,0.5,0.5,0.5,1 1 p,0.01,0.01,0.01,1 1 a,0.5,0.5,0.5,1') from two;
insert into commit (sha, subject, author, authored_at, committed_at) select left(encode(sha256(('far ' || i)::bytea), 'hex'), 40), 'far ' || i, 'a', now(), now() from generate_series(41, 600) i;
insert into tree_commit (tree_id, commit_id, ordinal) select t.id, c.id, split_part(c.subject, ' ', 2)::bigint from tree t, commit c where t.name = 't' and c.subject like 'far %';
insert into median (series_id, commit_id, n, value, low, high, attempt_id) select s.id, tc.commit_id, 1, 0.25 + 0.25 * (tc.ordinal % 2), 0, 1, :a1 from series s join profile p on p.id = s.profile_id and p.name = 'a' join tree_commit tc on tc.tree_id = s.tree_id and tc.ordinal > 40;
create temp table far as execute page_chart('t', 'a', 'fail_ratio', null, '42', '600');
select pg_temp.expect('columns of two commits', (page #>> '{lines,0,path}') ~ '^M79.4 236V46L[0-9.L V]+$' and (select count(*) from regexp_matches(page #>> '{lines,0,path}', 'V46', 'g')) = 279, true) from far;

-- Another machine is marked, and the first one again when it was away for more than twenty commits; what is not known is no change.
insert into machine (name, arch, cpus, memory_mb, runner_version, kernel_release, cpu_model) values ('far-1', 'x86_64', 2, 1000, '1', '6', 'cpu');
update median set machine_id = (select id from machine where name = 'm') where machine_id is not null;
update median set config = null;
update median m set machine_id = x.id from machine x, series s, profile p, tree_commit tc where x.name = 'far-1' and s.id = m.series_id and p.id = s.profile_id and p.name = 'p' and tc.tree_id = s.tree_id and tc.commit_id = m.commit_id and tc.ordinal between 10 and 35;
create temp table elsewhere_run as execute api_trend('t', 'fail_ratio', 'p,a', '0', '40', null, 'packed');
select pg_temp.expect('where a series began to run elsewhere', (select string_agg(concat_ws(' ', m ->> 'series', m ->> 'ordinal', m ->> 'what', m ->> 'value'), ', ' order by n) from json_array_elements(body::json -> 'marks') with ordinality u (m, n)), '0 10 machine far-1, 0 36 machine m') from elsewhere_run;
