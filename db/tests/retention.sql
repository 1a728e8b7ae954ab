-- What is old or too much goes, in order and in small steps; reports keep what their attempts have, and results stay.
\ir attempts.fixture
\set q `cat db/queries/retention_streams.sql`
prepare streams as :q;
\set q `cat db/queries/retention_due.sql`
prepare due as :q;
\set q `cat db/queries/retention_files.sql`
prepare files as :q;
\set q `cat db/queries/retention_files_due.sql`
prepare files_due as :q;
\set q `cat db/queries/retention_size.sql`
prepare size as :q;
\set q `cat db/queries/attempt_artifacts_put.sql`
prepare artifacts_put as :q;

-- 1 is clean and 100 days old, 2 as old and has a report, 3 is of yesterday, 4 (lost) of today. Each has a console, a build log, samples.
update attempt set state = 'done', result = case when id = :a2 then 'crash' else 'clean' end, exposure = 7,
	ended_at = now() - case id when :a3 then interval '36 hours' else interval '100 days' end where id <= :a3;
insert into stream (attempt_id, name, claimed_at, size_bytes, is_complete, is_read, read_bytes)
	select a.id, n, a.claimed_at, 1000, true, true, 1000 from attempt a, unnest(array['console', 'samples', 'build']) n;
insert into chunk (attempt_id, claimed_at, name, start_byte, size_bytes, body) select attempt_id, claimed_at, name, 0, 1000, '\x00' from stream;
insert into sample (attempt_id, claimed_at, boot_id, t_ns, keys_id, v) select id, claimed_at, gen_random_uuid(), t, 1, '{1}' from attempt, generate_series(1, 3) t;
insert into bug (title) values ('b');
insert into occurrence (attempt_id, claimed_at, start_byte, end_byte, bug_id, title, reader_version, is_corrupted, report)
	select a.id, a.claimed_at, 10, 20, b.id, 'b', 1, false, '{"text": "its words"}' from attempt a, bug b where a.id = :a2;
-- A compiler's warning is no report.
insert into occurrence (attempt_id, claimed_at, start_byte, end_byte, bug_id, title, reader_version, is_corrupted, report, is_warning)
	select a.id, a.claimed_at, 10, 20, b.id, 'w', 1, false, '{}', true from attempt a, bug b where a.id = :a1;

create function pg_temp.here(stream text) returns text language sql as $$
	select coalesce(string_agg((attempt_id - (select min(id) from attempt) + 1)::text, '' order by attempt_id), '') from chunk where name = stream
$$;

execute due('samples', 90, null) \gset
select pg_temp.expect('a preview counts', array[:looked, :removed, :bytes, :evidence, :last_id - :a1], array[2, 1, 1000, 1, 1]);
select pg_temp.expect('and changes nothing', pg_temp.here('samples'), '1234');
execute due('samples', 90, :a2) \gset
select pg_temp.expect('it goes on behind what it has counted', :looked, 0);

execute streams('samples', 90, 1000000) \gset
select pg_temp.expect('a step says what it did', array[:looked, :removed, :bytes], array[2, 1, 1000]);
select pg_temp.expect('samples as they came', pg_temp.here('samples'), '234');
select pg_temp.expect('and as rows', (select string_agg(n::text, '' order by attempt_id) from (select attempt_id, count(*) as n from sample group by 1) s), '333');
select pg_temp.expect('consoles are of another age', pg_temp.here('console') || pg_temp.here('build'), '12341234');
execute streams('samples', 90, 1000000) \gset
select pg_temp.expect('nothing is looked at twice', :looked, 0);
select pg_temp.expect('it is counted', (select array[removed, freed_bytes, mark - :a1] from retention where kind = 'samples'), array[1, 1000, 1]::bigint[]);
select pg_temp.expect('results stay', (select array[result, exposure::text] from attempt where id = :a1), array['clean', '7']);

-- What is not done stops the pass.
insert into work_item (stage, attempt_id) values ('measure', :a1);
execute streams('consoles', 30, 1000000) \gset
select pg_temp.expect('one that is to be measured', :looked, 0);
update work_item set retry_at = 'infinity';
update stream set read_bytes = 500 where attempt_id = :a1 and name = 'console';
execute streams('consoles', 30, 1000000) \gset
select pg_temp.expect('one that is not read', :looked, 0);
update stream set read_bytes = 1000 where attempt_id = :a1;
update stream set is_read = false where attempt_id = :a1 and name = 'build';
execute streams('consoles', 30, 1000000) \gset
select pg_temp.expect('one whose build log is not read', :looked, 0);
update stream set is_complete = false where attempt_id = :a1 and name = 'build';
update stream set read_bytes = 500 where attempt_id = :a1 and name = 'console';
update stream set reader_retry_at = 'infinity' where attempt_id = :a1 and name = 'console';
execute streams('consoles', 30, 1000000) \gset
select pg_temp.expect('one that was given up goes', array[:looked, :removed, :bytes], array[2, 1, 2000]);
select pg_temp.expect('with its build log; the bug''s stays', pg_temp.here('console') || ' ' || pg_temp.here('build'), '234 234');
select pg_temp.expect('the report''s words stay', (select report ->> 'text' from occurrence where not is_warning), 'its words');

-- For want of room: the oldest first, no more than needed.
execute size \gset
select pg_temp.expect('what is kept', array[:streams, :files], array[9000, 0]);
execute streams('samples', 1, 1) \gset
select pg_temp.expect('one is enough', array[:looked, :removed, :bytes], array[1, 1, 1000]);
select pg_temp.expect('of today nothing goes', pg_temp.here('samples'), '24');
execute streams('samples', 1, 1) \gset
select pg_temp.expect('there is no more', :looked, 0);

-- Pages say it.
execute page_attempt(:a1, null) \gset
select pg_temp.expect('the page of the attempt', (:'page'::json) #>> '{samples_removed,after}', '100 days');
select pg_temp.expect('and its files', (select string_agg(s -> 'removed' ->> 'after', ',') from json_array_elements((:'page'::json) -> 'streams') s), '100 days,100 days,100 days');
execute page_console(:a1, '500') \gset
select pg_temp.expect('the page of the console', array[(:'page'::json) #>> '{removed,after}', (:'page'::json) ->> 'size_bytes', (:'page'::json) ->> 'offset'], array['100 days', '0', '0']);
execute page_console(:a2, '500') \gset
select pg_temp.expect('one that is here', array[(:'page'::json) ->> 'removed', (:'page'::json) ->> 'size_bytes', (:'page'::json) ->> 'offset'], array[null, '1000', '500']);

-- Files: 1 is of the clean attempt, 2 of that with a report, 3 a patch, 4 of a prebuilt kernel with a job, 5 of one without, 6 nobody's and
-- young, 7 nobody's and the longest unused.
insert into blob (sha256, size_bytes, is_complete, used_at) select repeat(n::text, 64), 100, true, now() - make_interval(days => case n when 6 then 2 else 20 + n end) from generate_series(1, 7) n;
insert into blob_chunk select sha256, 0, 'x' from blob;
update attempt set claimed_at = claimed_at - interval '20 days' where id <= :a2;
update occurrence set claimed_at = claimed_at - interval '20 days' where not is_warning;
update occurrence set claimed_at = (select claimed_at from attempt where id = :a1) where is_warning;
insert into attempt_artifact values (:a1, 'image', repeat('1', 64)), (:a2, 'image', repeat('2', 64));
insert into revision_patch select id, 0, repeat('3', 64), 'patch' from revision where not is_plain;
insert into revision (hash, tree_id, commit_id, is_plain, release, image_sha256)
	select repeat(n::text, 64), tree_id, commit_id, true, '6.' || n, repeat(n::text, 64) from revision cross join generate_series(4, 5) n where is_plain;
insert into job (run_id, revision_id, profile_id, repeat, arch, priority, attempts_max)
	select j.run_id, r.id, j.profile_id, 0, j.arch, 50, 1 from revision r, job j where r.release = '6.4' and j.repeat = 1;
create function pg_temp.whole() returns text language sql as $$
	select string_agg(left(sha256, 1), '' order by sha256) from blob where is_complete
$$;
execute files_due(150) \gset
select pg_temp.expect('a preview of files', array[:removed, :bytes], array[2, 200]);
execute files_due(0) \gset
select pg_temp.expect('none is too much', :removed, 0);
execute files(150, null, null) \gset
select pg_temp.expect('the longest unused, as many as needed', array[:looked, :removed, :bytes], array[6, 2, 200]);
select pg_temp.expect('what is left', pg_temp.whole(), '12346');
execute files(100000, null, null) \gset
select pg_temp.expect('what nothing needs', pg_temp.whole(), '2346');
select pg_temp.expect('their bytes are gone', (select string_agg(left(sha256, 1), '' order by sha256) from blob_chunk), '2346');
execute files(100000, :'last_used_at', :'last_sha256') \gset
select pg_temp.expect('a pass has an end', :looked, 0);
select pg_temp.expect('files are counted', (select array[removed, freed_bytes] from retention where kind = 'files'), array[3, 300]::bigint[]);

-- Whoever sends it again makes it whole.
execute blob_find(repeat('7', 64)) \gset
select pg_temp.expect('gone, and said so', array[:'is_complete', :'is_removed', :'have'], array['f', 't', '0']);
execute blob_open(repeat('7', 64), 100);
insert into blob_chunk values (repeat('7', 64), 0, 'x');
execute blob_finish(repeat('7', 64));
execute blob_find(repeat('7', 64)) \gset
select pg_temp.expect('here again', array[:'is_complete', :'is_removed', :'have'], array['t', 'f', '100']);
execute artifacts_put(:a3, '{image}', array[repeat('7', 64)]);
execute files(100000, null, null) \gset
select pg_temp.expect('and young', pg_temp.whole(), '23467');
