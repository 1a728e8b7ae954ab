-- Trends of several profiles over a stretch of the line: medians, bins, changes and tables.
\ir attempts.fixture
\set q `cat db/queries/series_add.sql`
prepare series_add as :q;
\set q `cat db/queries/series_point_put.sql`
prepare series_point_put as :q;
\set q `cat db/queries/series_median_keep.sql`
prepare series_median_keep as :q;
\set q `cat db/queries/api_trend.sql`
prepare api_trend as :q;
\set q `cat db/queries/csv_trend.sql`
prepare csv_trend as :q;
\set q `cat db/queries/page_chart.sql`
prepare page_chart as :q;

select pg_temp.expect('small', page_bytes(12345), '12.3 kB');
select pg_temp.expect('a disk', page_bytes(712345678901), '712 GB');
select pg_temp.expect('a large disk', page_bytes(1695000000000), '1.7 TB');
select pg_temp.expect('four digits', trend_value(0.000123456), 0.0001235::double precision);
select pg_temp.expect('of a large one too', trend_value(40312.7), 40310::double precision);

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

-- Packed, a number is two letters: what there is of each commit, and values in steps of a percent.
create temp table packed as execute api_trend('t', 'fail_ratio', 'p', '0', '2', null, 'packed');
select pg_temp.expect('two values, one, one', body::json #>> '{packed,n}', 'AAACBB') from packed;
select pg_temp.expect('places on a logarithmic scale', body::json #>> '{packed,middle}', 'FABsBG') from packed;
select pg_temp.expect('that lead back', array_agg(round(exp((body::json #>> '{series,0,base}')::numeric + (v - 1) / (body::json #>> '{series,0,per}')::numeric), 3)), '{0.377,0.010,0.020}') from packed, unnest(array[364, 1, 70]) v;
select pg_temp.expect('in place of columns', (body::json #>> '{series,0,ordinal}') || (body::json #>> '{packed,low}'), null) from packed;
create temp table wide as execute api_trend('t', 'fail_ratio', 'p', '0', '40', '20', 'packed');
select pg_temp.expect('a bin has its ends too', length(body::json #>> '{packed,low}') || ' ' || length(body::json #>> '{packed,high}'), '18 18') from wide;
