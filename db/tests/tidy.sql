-- What goes with time: files that never became whole. Partitions are there ahead, and how runs ended is kept.
\ir attempts.fixture

insert into blob (sha256, size_bytes, is_complete, created_at, used_at) values
	(repeat('1', 64), 10, false, now() - interval '2 days', now() - interval '2 days'),
	(repeat('2', 64), 10, true, now() - interval '2 days', now() - interval '2 days'),
	(repeat('3', 64), 10, false, now(), now()),
	(repeat('4', 64), 10, false, now() - interval '2 days', now() - interval '2 days'),
	(repeat('5', 64), 10, false, now() - interval '2 days', now());
insert into blob_chunk (sha256, start_byte, body) values (repeat('1', 64), 0, 'abc');
insert into attempt_artifact (attempt_id, name, sha256) values (:a1, 'image', repeat('4', 64));
execute tidy_blobs;
select pg_temp.expect('only what is old, not whole and named by nobody', string_agg(left(sha256, 1), '' order by sha256), '2345') from blob;
select pg_temp.expect('with its pieces', count(*), 0::bigint) from blob_chunk;
execute tidy_partitions \gset
select pg_temp.expect('the months to come are there', to_regclass('sample_' || to_char(now() + interval '3 months', 'YYYYMM')) is not null, true);
execute tidy_partitions \gset
select pg_temp.expect('made once', :made, 0);

-- A run that was over two hours ago.
update run set created_at = now() - interval '3 hours';
execute tidy_runs \gset
select pg_temp.expect('a run that goes on is counted each time', :settled::bigint, 0::bigint);
update job set state = case when repeat = 4 then 'lost' else 'done' end, ended_at = now() - interval '2 hours';
select n.states::text as counted from run cross join lateral run_jobs(run.id) n \gset
execute tidy_runs \gset
select pg_temp.expect('how its jobs ended is kept', states, '{"done": 3, "lost": 1}'::jsonb) from run;
select pg_temp.expect('and says what was counted', n.states::text, :'counted') from run cross join lateral run_jobs(run.id) n;
execute tidy_runs \gset
select pg_temp.expect('once', :settled::bigint, 0::bigint);
execute attempt_revive(:a4, 60);
select pg_temp.expect('a lost job that goes on takes it back', concat_ws(' ', run.states, n.active, n.ended), '1 3') from run cross join lateral run_jobs(run.id) n;
