-- What was tried of a bug on two sides, and commit by commit: sides as people name them, strata, and reports of unknown exposure.
create function pg_temp.expect(what text, got anyelement, wanted anyelement) returns void language plpgsql as $$
begin
	if got is distinct from wanted then raise exception '%: got %, wanted %', what, got, wanted; end if;
end $$;
\set q `cat db/queries/page_bug_sides.sql`
prepare sides as :q
\set q `cat db/queries/page_bug_rates.sql`
prepare rates as :q
\set q `cat db/queries/page_said.sql`
prepare said as :q

insert into tree (name, kind, url, branch) values ('t', 'git', 'file:///t', 'main'), ('other', 'git', 'file:///o', 'main');
insert into commit (sha, subject, author, authored_at, committed_at)
	select repeat(n::text, 40), 'commit ' || n, 'A <a@example.org>', now(), now() from generate_series(1, 6) n;
insert into tree_commit (tree_id, commit_id, ordinal) select t.id, c.id, right(c.subject, 1)::bigint - 1 from tree t, commit c where t.name = 't';
insert into tree_ref (tree_id, name, commit_id) select t.id, 'v1', c.id from tree t, commit c where t.name = 't' and c.subject = 'commit 2';
insert into profile (name, arch, page_size, config, fs, block_size, memory_mb, cpus, numa_nodes, workload, duration_s)
	select 'p' || n, 'x86_64', 4096, 'tiny', 'xfs', 1024, 512, 2, 2, 'migrate-hot', 5 from generate_series(1, 2) n;
insert into revision (hash, tree_id, commit_id, is_plain)
	select encode(sha256(convert_to(c.subject || n, 'UTF8')), 'hex'), t.id, c.id, n = 0 from tree t, commit c, generate_series(0, 1) n where t.name = 't' and (n = 0 or c.subject = 'commit 4');
insert into run (tree_id, title, request, request_hash) select id, 'patched', '{}', 'h' from tree where name = 't';
insert into job (run_id, revision_id, profile_id, repeat, arch, priority, attempts_max)
	select run.id, r.id, p.id, 0, 'x86_64', 50, 3 from run, revision r, profile p where not r.is_plain and p.name = 'p1';
select min(id) as t from tree \gset
select id as run from run \gset
create function pg_temp.named(tree bigint, side text) returns text language sql as $$
	select coalesce(string_agg(c.subject || case when r.is_plain then '' else ' patched' end, ', ' order by c.subject, r.is_plain desc), '-')
	from side_revisions(tree, side) s join revision r on r.id = s.revision_id join commit c on c.id = r.commit_id
$$;
select pg_temp.expect('one commit', pg_temp.named(:t, '3333333'), 'commit 3');
select pg_temp.expect('a tag', pg_temp.named(:t, 'v1'), 'commit 2');
select pg_temp.expect('a range, without where it comes from', pg_temp.named(:t, 'v1..444444444444'), 'commit 3, commit 4');
select pg_temp.expect('from the first', pg_temp.named(:t, '..2222222'), 'commit 1, commit 2');
select pg_temp.expect('to the last', pg_temp.named(:t, '4444444..'), 'commit 5, commit 6');
select pg_temp.expect('what a run ordered, patches and all', pg_temp.named(:t, 'run:' || :run), 'commit 4 patched');
select pg_temp.expect('words that name nothing', pg_temp.named(:t, '333333') || pg_temp.named(:t, 'v2') || pg_temp.named(:t, 'v2..v1') || pg_temp.named(:t, 'run:x') || pg_temp.named(:t, null), '-----');

insert into bug (title) values ('f') returning id as bug \gset
-- Under p1: it comes on commits 2 and 3, of three attempts each; behind that four on each commit do not show it. Commit 6 counts otherwise.
insert into tally (revision_id, profile_id, attempts, known, exposure, work_ms, meaning)
	select r.id, p.id, 3, 3, 3000, 6000, case when c.subject = 'commit 6' then 'else' else 'pages' end
	from revision r join commit c on c.id = r.commit_id, profile p where r.is_plain and (p.name = 'p1' or c.subject in ('commit 1', 'commit 5'));
insert into bug_tally (bug_id, revision_id, profile_id, attempts, occurrences, last_at, done, known, exposure, whole_known, whole_exposure)
	select :bug, r.id, p.id, 2, 2, now(), 2, 1, 100, 1, 1000
	from revision r join commit c on c.id = r.commit_id, profile p where r.is_plain and p.name = 'p1' and c.subject in ('commit 2', 'commit 3');
create temp table by_default as execute sides(:'bug', null, null, null);
create function pg_temp.cells(page json) returns text language sql as $$
	select string_agg(concat_ws(' ', c ->> 'profile', c ->> 'meaning', s, c -> s ->> 'hits', c -> s ->> 'k', c -> s ->> 'exposure', c -> s ->> 'seconds'), ', ' order by c ->> 'profile', c ->> 'meaning', s desc)
	from json_array_elements(page -> 'cells') c, unnest(array['before', 'after']) s where c ->> s is not null
$$;
select pg_temp.expect('the stretch on which it was seen, and what came behind', concat_ws(' ', page ->> 'before', page ->> 'after'), '111111111111..333333333333 333333333333..') from by_default;
select pg_temp.expect('up to its report; other counters are another stratum', pg_temp.cells(page),
	'p1 else after 0 0 3000 6.0000000000000000, p1 pages before 4 2 4200 12.0000000000000000, p1 pages after 0 0 6000 12.0000000000000000, p2 pages after 0 0 3000 6.0000000000000000') from by_default;
select pg_temp.expect('more is learnt on what was tried last', c.subject, 'commit 6')
	from by_default join revision r on r.id = (page -> 'order' ->> 'revision_id')::bigint join commit c on c.id = r.commit_id;
create temp table turned as execute sides(:'bug', 't', '4444444', '..2222222');
select pg_temp.expect('a report of unknown exposure breaks silence', pg_temp.cells(page),
	'p1 pages before 0 0 3000 6.0000000000000000, p1 pages after 2 2 5100 12.0000000000000000, p2 pages after 0 0 3000 6.0000000000000000') from turned;
create temp table nowhere as execute sides(:'bug', 'other', 'v9', null);
select pg_temp.expect('what names nothing is said', page ->> 'unknown', '["v9"]') from nowhere;
create temp table none as execute sides('0', null, null, null);
select pg_temp.expect('no bug', count(*), 0::bigint) from none;

create temp table rated as execute rates(:'bug', null, null);
select pg_temp.expect('commit by commit', string_agg(concat_ws(' ', c ->> 'ordinal', c ->> 'hits', c ->> 'k', c ->> 'exposure'), ', ' order by c ->> 'ordinal'),
	'0 0 0 3000, 1 2 1 2100, 2 2 1 2100, 3 0 0 3000, 4 0 0 3000, 5 0 0 3000') from rated, json_array_elements(page -> 'commits') c;
create temp table elsewhere as execute rates(:'bug', 'other', null);
select pg_temp.expect('not seen there', page ->> 'commits', null) from elsewhere;

create temp table words as execute said('[{"a": 1234567, "b_s": 90, "c": null}, {}]');
select pg_temp.expect('numbers in words', page::text, '[{ "a" : "1.23 M", "b_s" : "90.0 s" }, {}]') from words;
select pg_temp.expect('no ages without attempts', page ->> 'ages', null) from rated;

-- Ages: of attempts between the first commit with it and the last, up to its report, or else to their end.
insert into token (kind, name, hash) values ('runner', 'r', sha256('r'));
insert into machine (name, arch, cpus, memory_mb, runner_version, kernel_release, cpu_model, seen_at) values ('m', 'x86_64', 2, 512, '1', '6', 'x', now());
insert into job (run_id, revision_id, profile_id, repeat, arch, priority, attempts_max, state, ended_at)
	select :run, r.id, p.id, right(c.subject, 1)::integer, 'x86_64', 50, 3, 'done', now() from revision r join commit c on c.id = r.commit_id, profile p where r.is_plain and p.name = 'p1';
insert into attempt (job_id, number, machine_id, claim_id, claimed_at, lease_until, state, result, ended_at, exposure)
	select j.id, 1, m.id, gen_random_uuid(), now(), now(), 'done', 'clean', now(), 1000 * j.repeat from job j, machine m where j.run_id = :run and j.state = 'done';
insert into occurrence (attempt_id, claimed_at, start_byte, end_byte, bug_id, title, reader_version, is_corrupted, exposure, report)
	select a.id, a.claimed_at, n, n + 1, :bug, 'f', 1, false, case when n > 1 then 70 + n end, '{}' from attempt a join job j on j.id = a.job_id, generate_series(1, 3) n where j.repeat = 3;
drop table rated;
create temp table rated as execute rates(:'bug', null, null);
select pg_temp.expect('ages', string_agg(concat_ws(' ', e -> 1, e -> 2), ', ' order by (e ->> 1)::bigint), '72 true, 2000 false') from rated, json_array_elements(page -> 'ages') e;
