-- Exposure and points of an attempt: kept again is kept once.
\ir attempts.fixture

create temp table running as execute series_attempt(:a1);
select pg_temp.expect('it has no result yet, and stands on the line', coalesce(result, '-') || is_plain, '-true') from running;
select pg_temp.expect('what does not say otherwise was emulated', is_emulated, true) from running;
update attempt set accel = 'kvm' where id = :a1;
execute series_attempt(:a1) \gset
select pg_temp.expect('a virtualised one was not', :'is_emulated'::text, 'f'::text);
update attempt set accel = null where id = :a1;
execute series_attempt(:a3) \gset
select pg_temp.expect('a patched revision does not', :'is_plain'::text, 'f'::text);
execute series_exposure_put(:a1, 9.5, 1000, 900, 1100, true);
select pg_temp.expect('exposure', concat_ws(' ', workload_seconds, exposure, exposure_low, exposure_high, is_exposure_estimated), '9.5 1000 900 1100 t') from attempt where id = :a1;
execute series_exposure_put(:a1, null, null, null, null, null);
select pg_temp.expect('unknown', num_nonnulls(workload_seconds, exposure, exposure_low, exposure_high, is_exposure_estimated), 0) from attempt where id = :a1;

execute series_add(:a1, '{fail_ratio,fail_per_s}');
execute series_add(:a2, '{fail_ratio}');
select pg_temp.expect('attempts of one tree and profile share series', count(*), 2::bigint) from series;
execute series_point_put(:a1, :'claimed', '{fail_ratio,fail_per_s}', '{0.25,10}');
execute series_point_put(:a2, :'claimed', '{fail_ratio}', '{0.5}');
execute series_point_put(:a1, :'claimed', '{fail_ratio,fail_per_s}', '{0.125,10}');
select pg_temp.expect('each attempt one point in each series', string_agg(s.metric || '=' || p.value, ' ' order by p.attempt_id, s.metric), 'fail_per_s=10 fail_ratio=0.125 fail_ratio=0.5')
	from point p join series s on s.id = p.series_id;
execute series_median_keep(:a2);
execute series_median_keep(:a1);
select pg_temp.expect('what they show of their commit', string_agg(concat_ws(' ', s.metric, m.n, m.value, m.low, m.high, m.attempt_id - :a1), ', ' order by s.metric), 'fail_per_s 1 10 10 10 0, fail_ratio 2 0.3125 0.125 0.5 0')
	from median m join series s on s.id = m.series_id;
select pg_temp.expect('open pages hear of it', count(*), 5::bigint) from event where kind = 'series';
execute series_point_drop(:a1, :'claimed', '{fail_ratio}');
select pg_temp.expect('a value that is no longer known goes, others'' stay', string_agg(s.metric || '=' || p.value, ' ' order by p.attempt_id), 'fail_ratio=0.125 fail_ratio=0.5')
	from point p join series s on s.id = p.series_id;
execute series_median_keep(:a1);
select pg_temp.expect('what is kept is what would be counted', count(*), 0::bigint) from (table median except table median_now) x;
execute series_point_drop(:a1, :'claimed', '{}');
select pg_temp.expect('all of them', count(*), 1::bigint) from point;
execute series_median_keep(:a1);
select pg_temp.expect('a series that shows nothing any more', string_agg(s.metric || ' ' || m.n, ', '), 'fail_ratio 1') from median m join series s on s.id = m.series_id;

execute series_beside_put(:a3, :'claimed', '{fail_ratio,fail_per_s}', '{0.25,10}');
execute series_beside_put(:a3, :'claimed', '{fail_ratio}', '{0.5}');
select pg_temp.expect('what a patched one measured stands beside the line, these and no others', string_agg(metric || '=' || value, ' '), 'fail_ratio=0.5') from point_beside;
select pg_temp.expect('and is no point', count(*), 0::bigint) from point where attempt_id = :a3;
execute series_beside_put(:a3, :'claimed', '{}', '{}');
select pg_temp.expect('nothing is known any more', count(*), 0::bigint) from point_beside;

-- What is to be looked at anew: where points came, one row for a series; in long ones what lies around that.
\set q `cat db/queries/change_next.sql`
prepare change_next as :q;
\set q `cat db/queries/change_points.sql`
prepare change_points as :q;
insert into commit (sha, subject, author, authored_at, committed_at) select md5(n::text) || '00000000', 'later', 'A', now(), now() from generate_series(1, 9) n;
insert into tree_commit (tree_id, commit_id, ordinal) select t.id, c.id, 10 * row_number() over (order by c.id) from tree t, commit c where c.subject = 'later';
insert into tree_commit (tree_id, commit_id, ordinal) select t.id, c.id, 0 from tree t, commit c where c.subject = 's' on conflict (tree_id, commit_id) do update set ordinal = 0;
delete from change_item;
execute series_point_put(:a2, :'claimed', '{fail_ratio}', '{0.5}');
update tree_commit set ordinal = 7 where commit_id = (select commit_id from point where attempt_id = :a2 limit 1);
execute series_point_put(:a2, :'claimed', '{fail_ratio}', '{0.5}');
create temp table queued as execute change_next;
select pg_temp.expect('from the first place that was touched to the last', concat_ws(' ', low, high), '0 7') from queued;
select series_id as series from queued \gset
select pg_temp.expect('it is nobody else''s', count(*), 0::bigint) from change_item;
insert into change_item (series_id) select series_id from queued;
execute series_point_put(:a2, :'claimed', '{fail_ratio}', '{0.5}');
select pg_temp.expect('all stays all', count(*) filter (where low is null), 1::bigint) from change_item;
insert into point (series_id, attempt_id, claimed_at, commit_id, value) select q.series_id, 1000 + c.id, :'claimed', c.id, 0.5 from queued q, commit c where c.subject = 'later';
create temp table points as execute change_points(:series, null, null, 2);
select pg_temp.expect('the whole line', string_agg(ordinal::text, ' ' order by ordinal), '7 10 20 30 40 50 60 70 80 90') from points;
drop table points;
create temp table points as execute change_points(:series, 40, 50, 2);
select pg_temp.expect('two on each side', string_agg(ordinal::text, ' ' order by ordinal), '20 30 40 50 60 70') from points;
drop table points;
create temp table points as execute change_points(:series, 5, 7, 2);
select pg_temp.expect('where the line begins', string_agg(ordinal::text, ' ' order by ordinal), '7 10 20') from points;
