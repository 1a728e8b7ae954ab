-- Streams and blobs: bytes by offset.
\ir attempts.fixture
\set attempt :a1

create temp table strangers as execute stream_lock(:a4 + 1, 'console');
select pg_temp.expect('no stream without its attempt', count(*), 0::bigint) from strangers;
execute stream_lock(:attempt, 'console') \gset new_
select pg_temp.expect('a new stream is empty', :new_size_bytes::bigint, 0::bigint);
execute stream_append(:attempt, 'console', 0, 10, 'one', null);
execute stream_append(:attempt, 'console', 10, 5, 'two', null);
execute stream_append(:attempt, 'console', 10, 5, 'two', null);
execute stream_append(:attempt, 'console', 99, 5, 'hole', null);
execute stream_lock(:attempt, 'console') \gset now_
select pg_temp.expect('what does not begin at the end adds nothing', :now_size_bytes::bigint, 15::bigint);
create temp table pieces as execute stream_chunks(:attempt, 'console', 9, 11);
select pg_temp.expect('both pieces hold a part of the range', array_agg(start_byte order by start_byte), '{0,10}') from pieces;
create temp table piece as execute stream_chunks(:attempt, 'console', 10, 11);
select pg_temp.expect('one piece holds all of it', array_agg(start_byte), '{10}') from piece;
create temp table grown as execute stream_grown;
select pg_temp.expect('it has grown', array_agg(size_bytes), '{15}') from grown;
execute stream_append(:attempt, 'console', 15, 5, 'end', 1000);
execute stream_find(:attempt, 'console') \gset gap_
select pg_temp.expect('the gap is known', :'gap_gap_start' || '-' || :'gap_gap_end', '15-1000'::text);
execute stream_complete(:attempt, '{console,build}', '{21,0}') \gset short_
select pg_temp.expect('21 bytes are not here', :'short_name' || :'short_have', 'console20'::text);
create temp table whole as execute stream_complete(:attempt, '{console,build}', '{20,0}');
select pg_temp.expect('20 are', count(*), 0::bigint) from whole;
select pg_temp.expect('so it is complete', is_complete, true) from stream where attempt_id = :attempt;

select repeat('c', 64) as sha \gset
execute blob_open(:'sha', 8);
execute blob_find(:'sha') \gset blob_
select pg_temp.expect('nothing of it yet', :blob_have::bigint, 0::bigint);
execute blob_append(:'sha', 0, 'abcde');
execute blob_append(:'sha', 5, 'fgh');
execute blob_find(:'sha') \gset found_
select pg_temp.expect('all of it, not yet judged', :'found_have' || :'found_is_complete', '8f'::text);
execute blob_chunk(:'sha', 6) \gset chunk_
select pg_temp.expect('the piece that holds a byte', :chunk_start_byte::bigint, 5::bigint);
do $$ begin
	insert into blob_chunk (sha256, start_byte, body) values (repeat('c', 64), 5, 'xyz');
	raise exception 'a piece came twice';
exception when unique_violation then null; end $$;
do $$ begin
	execute format('execute attempt_artifacts_put(%s, ''{image}'', array[repeat(''c'', 64)])', (select min(id) from attempt));
	raise exception 'an attempt has a file that is not whole';
exception when not_null_violation then null; end $$;
execute blob_finish(:'sha');
execute blob_restart(:'sha', 9);
execute blob_drop(:'sha');
select pg_temp.expect('a whole one keeps its size', size_bytes, 8::bigint) from blob where sha256 = :'sha';
select pg_temp.expect('a whole one is not dropped', count(*), 1::bigint) from blob where sha256 = :'sha';
execute attempt_artifacts_put(:attempt, '{image}', array[:'sha']);
execute attempt_artifacts_put(:attempt, '{image}', array[:'sha']);
select pg_temp.expect('a file of the attempt', count(*), 1::bigint) from attempt_artifact;
execute blob_open(repeat('d', 64), 4);
execute blob_append(repeat('d', 64), 0, 'ab');
execute blob_restart(repeat('d', 64), 5);
select pg_temp.expect('it begins anew', b.size_bytes || ' ' || count(c.*), '5 0'::text)
	from blob b left join blob_chunk c using (sha256) where b.sha256 = repeat('d', 64) group by b.size_bytes;
execute blob_append(repeat('d', 64), 0, 'wrong');
execute run_patch_keep(repeat('d', 64), 'right!');
select pg_temp.expect('a patch takes the place of what another began to send', b.size_bytes || ' ' || b.is_complete || ' ' || convert_from(c.body, 'UTF8'),
	'6 true right!'::text) from blob b join blob_chunk c using (sha256) where b.sha256 = repeat('d', 64);
update blob set is_complete = false where sha256 = repeat('d', 64);
execute blob_drop(repeat('d', 64));
select pg_temp.expect('a wrong one goes', count(*), 0::bigint) from blob where sha256 = repeat('d', 64);
