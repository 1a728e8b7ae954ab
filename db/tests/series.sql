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
