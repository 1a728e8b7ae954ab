-- The conditions under which a bug was tried, and the profile that differs from another by one of them.
\ir attempts.fixture
\set q `cat db/queries/page_bug_factors.sql`
prepare factors as :q
insert into tree_commit (tree_id, commit_id, ordinal) select t.id, c.id, 0 from tree t, commit c;
update attempt set state = 'done', result = 'clean', exposure = 1000, workload_seconds = 5, accel = 'tcg' where id in (:a1, :a2, :a3);
insert into bug (title) values ('f') returning id as bug \gset
insert into occurrence (attempt_id, claimed_at, start_byte, end_byte, bug_id, title, reader_version, is_corrupted, uptime_s, exposure, report)
	values (:a1, :'claimed', 0, 10, :bug, 'f', 1, false, 1, 300, '{}');
insert into tally (revision_id, profile_id, attempts, known, exposure) select revision_id, profile_id, attempts, known, exposure from tally_now;
insert into bug_tally (bug_id, revision_id, profile_id, attempts, occurrences, last_at, done, known, exposure, whole_known, whole_exposure) select * from bug_tally_now;
create temp table met as execute factors(:'bug', null);
select pg_temp.expect('attempts up to the report; of patched revisions none', string_agg(concat_ws(' ', r ->> 'k', r ->> 'exposure', r ->> 'seconds', r ->> 'attempts', r ->> 'profile', r ->> 'machine'), ', '), '1 1300 10 2 p m')
	from met, json_array_elements(page -> 'rows') r;
select pg_temp.expect('a level for each factor', json_array_length(page -> 'factors'), json_array_length(page -> 'rows' -> 0 -> 'levels')) from met;
select pg_temp.expect('blocks per page and the processor', concat_ws(' ', page #>> '{rows,0,levels,4}', page #>> '{rows,0,levels,16}'), '4 emulated') from met;
select pg_temp.expect('two numbers of nodes are no more than these', page #>> '{rows,0,levels,18}', 'as NUMA nodes') from met;

select id as p from profile \gset
insert into profile (name, arch, page_size, config, fs, block_size, memory_mb, cpus, numa_nodes, workload, duration_s, mkfs_options)
	values ('q', 'ppc64le', 65536, 'tiny', 'ext4', 65536, 1024, 4, 1, 'migrate-reader', 9, '-O x') returning id as q \gset
create temp table same as execute settle_profile(:p, 'file system', :p);
select pg_temp.expect('conditions that a profile has already', id, :p::bigint) from same;
create function pg_temp.facts(profile bigint) returns text language sql as $$
	select concat_ws(' ', arch, page_size, fs, block_size, mkfs_options, memory_mb, cpus, numa_nodes, workload, duration_s) from profile where id = $1
$$;
create temp table fs as execute settle_profile(:p, 'file system', :q);
select pg_temp.expect('another file system brings its options', pg_temp.facts(id), 'x86_64 4096 ext4 1024 -O x 512 2 2 migrate-hot 5') from fs;
create temp table again as execute settle_profile(:p, 'file system', :q);
select pg_temp.expect('made once', again.id, fs.id) from again, fs;
create temp table arch as execute settle_profile(:p, 'architecture', :q);
select pg_temp.expect('an architecture brings its page size', pg_temp.facts(id), 'ppc64le 65536 xfs 1024  512 2 2 migrate-hot 5') from arch;
create temp table blocks as execute settle_profile(:p, 'blocks per page', :q);
select pg_temp.expect('blocks per page by the block size', pg_temp.facts(id), 'x86_64 4096 xfs 4096  512 2 2 migrate-hot 5') from blocks;
create temp table memory as execute settle_profile(:p, 'memory per cpu', :q);
select pg_temp.expect('what is so already', id, :p::bigint) from memory;
create temp table large as execute settle_profile(:p, 'block size', :q);
select pg_temp.expect('blocks larger than a page are not possible', count(*), 0::bigint) from large;
create temp table machine as execute settle_profile(:p, 'machine', :q);
select pg_temp.expect('a machine is none of a profile''s conditions', count(*), 0::bigint) from machine;
create temp table nodes as execute settle_profile(:p, 'more than one node', :q);
select pg_temp.expect('one node', pg_temp.facts(id), 'x86_64 4096 xfs 1024  512 2 1 migrate-hot 5') from nodes;

-- Of three numbers of nodes, one against more is a factor too.
insert into profile (name, arch, page_size, config, fs, block_size, memory_mb, cpus, numa_nodes, workload, duration_s)
	select 'n' || n, 'x86_64', 4096, 'tiny', 'xfs', 1024, 512, 4, n, 'w', 5 from unnest(array[1, 4]) n;
insert into job (run_id, revision_id, profile_id, repeat, arch, priority, state, attempts_max, attempts)
	select r.id, v.id, p.id, 0, 'x86_64', 50, 'done', 3, 1 from run r, revision v, profile p where v.is_plain and p.name in ('n1', 'n4');
insert into attempt (job_id, number, machine_id, claim_id, claimed_at, lease_until, state, result, ended_at, exposure, workload_seconds)
	select j.id, 1, (select min(machine_id) from attempt), gen_random_uuid(), :'claimed', now(), 'done', 'clean', now(), 1000, 5 from job j join profile p on p.id = j.profile_id and p.name in ('n1', 'n4');
drop table met;
create temp table met as execute factors(:'bug', null);
select pg_temp.expect('more than one node', string_agg(concat_ws(' ', r #>> '{levels,10}', r #>> '{levels,18}'), ', ' order by r #>> '{levels,10}'), '1 no, 2 yes, 4 yes') from met, json_array_elements(page -> 'rows') r;
