-- What goes with time: files that never became whole. Partitions are there ahead.
\ir attempts.fixture
\set q `cat db/queries/tidy_blobs.sql`
prepare tidy_blobs as :q;
\set q `cat db/queries/tidy_partitions.sql`
prepare tidy_partitions as :q;

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
