-- Counters by boot and instant: kept twice is kept once, and what is read back for exposure.
\ir attempts.fixture

\set boot 11111111-2222-3333-4444-555555555555
create temp table unknown as execute sample_keys_find(repeat('1', 64));
select pg_temp.expect('a new list is not there', count(*), 0::bigint) from unknown;
execute sample_keys_add(repeat('1', 64), '{pgmigrate_success,pgmigrate_fail}') \gset k1_
execute sample_keys_add(repeat('1', 64), '{pgmigrate_success,pgmigrate_fail}') \gset again_
select pg_temp.expect('the same list has one id', :again_id::bigint, :k1_id::bigint);
execute sample_keys_find(repeat('1', 64)) \gset found_
select pg_temp.expect('and is found', :found_id::bigint, :k1_id::bigint);
execute sample_keys_add(repeat('2', 64), '{nr_free,pgmigrate_fail,pgmigrate_success}') \gset k2_
execute sample_keys_add(repeat('3', 64), '{nr_free}') \gset k3_

execute sample_put(:a1, :'claimed', :'boot', :k1_id, '{1000000000,1025000000,9000000000,20000000000}', '{"{10,1}","{20,NULL}","{90,9}","{100,10}"}');
execute sample_put(:a1, :'claimed', :'boot', :k1_id, '{1000000000,1025000000}', '{"{77,77}","{77,77}"}');
select pg_temp.expect('kept twice is kept once, as it was first', string_agg(v::text, ' ' order by t_ns), '{10,1} {20,NULL} {90,9} {100,10}') from sample;
execute sample_put(:a1, :'claimed', :'boot', :k2_id, '{1010000000}', '{"{5,2,15}"}');
execute sample_put(:a1, :'claimed', :'boot', :k3_id, '{1010000000}', '{"{5}"}');

execute sample_span(:a1, :'claimed') \gset
select pg_temp.expect('nothing was said of phases', :boots::bigint, 0::bigint);
execute sample_phase_put(:a1, array[:'boot']::uuid[], '{500000000}', '{prepare}');
execute sample_phase_put(:a1, array[:'boot', :'boot']::uuid[], '{1000000000,500000000}', '{workload,prepare}');
create temp table begun as execute sample_span(:a1, :'claimed');
select pg_temp.expect('the workload began and did not end', concat_ws(' ', start_ns, coalesce(finish_ns, -1), last_ns), '1000000000 -1 20000000000') from begun;
execute sample_phase_put(:a1, array[:'boot']::uuid[], '{19000000000}', '{finish}');
execute sample_span(:a1, :'claimed') \gset
select pg_temp.expect('samples behind its end do not count', :'finish_ns' || '|' || :'last_ns', '19000000000|9000000000');

create temp table near as execute sample_near(:a1, :'claimed', :'boot', 1000000000, 9000000000, '{9000000000}');
select pg_temp.expect('the first, and those near the instant', string_agg(concat_ws('/', t_ns / 1000000, success, fail), ' ' order by t_ns), '1000/10/1 9000/90/9') from near;
create temp table first as execute sample_near(:a1, :'claimed', :'boot', 1000000000, 9000000000, '{1000000000}');
select pg_temp.expect('counters are found by name in every list; unknown is null', string_agg(concat_ws('/', t_ns / 1000000, success, coalesce(fail::text, 'null')), ' ' order by t_ns),
	'1000/10/1 1010/15/2 1025/20/null') from first;
create temp table none as execute sample_near(:a1, :'claimed', 'aaaaaaaa-2222-3333-4444-555555555555', 0, 9000000000, '{1000000000}');
select pg_temp.expect('another boot has none', count(*), 0::bigint) from none;

execute sample_guest_put(:a1, '6.1.0', 4096);
execute sample_guest_put(:a1, '6.2.0', null);
select pg_temp.expect('what is known stays', kernel_release || ' ' || page_size, '6.1.0 4096') from attempt where id = :a1;
