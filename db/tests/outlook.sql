-- When a waiting job is expected to start: several machines, architectures, slots, tags, users and priorities, and why it waits.
\ir expect.fixture
insert into tree (name, kind) values ('t', 'prebuilt');
insert into commit (sha, subject, author, authored_at, committed_at) values (repeat('a', 40), 'one', 'A', now(), now());
insert into revision (hash, tree_id, commit_id, is_plain) select lpad(t.id::text, 64, '0'), t.id, c.id, true from tree t, commit c;
insert into profile (name, arch, page_size, config, fs, block_size, memory_mb, cpus, numa_nodes, workload, duration_s, tags)
	select name, arch, 4096, 'tiny', 'xfs', 1024, 512, 2, 2, 'w', 5, tags::text[]
	from (values ('x', 'x86_64', '{}'), ('kvm', 'x86_64', '{kvm}'), ('a', 'arm64', '{}'), ('p', 'ppc64le', '{}')) v (name, arch, tags);
insert into token (kind, name, hash) select 'trigger', name, sha256(name::bytea) from unnest(array['ann', 'bob']) name;
-- Attempts take ten minutes on x1 and x2, twenty on a1, which does two at a time. Of p1 nothing is known, and p2 is in maintenance.
insert into machine (name, arch, cpus, memory_mb, runner_version, kernel_release, cpu_model, tags, slots, state)
	select name, arch, 2, 1000, '1', '6', 'cpu', tags::text[], slots, state from (values ('x1', 'x86_64', '{arch:x86_64,workload:w}', null, 'active'),
		('x2', 'x86_64', '{arch:x86_64,workload:w,kvm}', 1, 'active'), ('a1', 'arm64', '{arch:arm64,workload:w}', 2, 'active'), ('p2', 'ppc64le', '{arch:ppc64le,workload:w}', 1, 'maintenance')) v (name, arch, tags, slots, state);
-- ask(user, profile, jobs, priority): the first job.
create function pg_temp.ask(who text, profile text, jobs integer, priority integer default 50) returns bigint language plpgsql as $$
declare
	made bigint;
begin
	insert into run (token_id, tree_id, title, request, request_hash, priority)
	select (select id from token where name = who), t.id, who, '{}', '', priority from tree t returning id into made;
	insert into job (run_id, revision_id, profile_id, repeat, arch, priority, attempts_max)
	select made, r.id, p.id, n, p.arch, priority, 3 from revision r, profile p, generate_series(1, jobs) n where p.name = profile;
	return (select min(id) from job where run_id = made);
end $$;
-- An attempt on a machine: begun and ended so many seconds ago; null: it runs.
create function pg_temp.tried(on_machine text, began integer, ended integer) returns void language plpgsql as $$
declare
	of_job bigint;
begin
	insert into run (tree_id, title, request, request_hash) select id, 'past', '{}', '' from tree returning id into of_job;
	insert into job (run_id, revision_id, profile_id, repeat, arch, priority, attempts_max, state, ended_at)
	select of_job, r.id, p.id, 0, p.arch, 50, 3, case when ended is null then 'running' else 'done' end, case when ended is not null then now() end
	from revision r, profile p where p.name = 'x' returning id into of_job;
	insert into attempt (job_id, number, machine_id, claim_id, claimed_at, started_at, ended_at, lease_until, state, result)
	select of_job, 1, m.id, gen_random_uuid(), now(), now() - began * interval '1 second', now() - ended * interval '1 second', now(), case when ended is null then 'running' else 'done' end, case when ended is not null then 'clean' end
	from machine m where m.name = on_machine;
end $$;
select pg_temp.tried('x1', 9000, 8400), pg_temp.tried('x2', 9000, 8400), pg_temp.tried('a1', 9000, 7800), pg_temp.tried('x2', 300, null), pg_temp.tried('a1', 200, null);
-- Of what the API says: in how many seconds each of so many jobs is expected, and why one waits.
create function pg_temp.starts(body text, first bigint, n integer) returns text language sql as $$
	select string_agg(coalesce(round(extract(epoch from (j ->> 'expected_start')::timestamptz - date_trunc('second', now())))::text, '-'), ' ' order by (j ->> 'id')::bigint)
	from json_array_elements($1::json -> 'queued') j where (j ->> 'id')::bigint between first and first + n - 1
$$;
create function pg_temp.why(body text, job bigint) returns text language sql as $$ select j ->> 'why' from json_array_elements($1::json -> 'queued') j where (j ->> 'id')::bigint = job $$;

select pg_temp.ask('ann', 'x', 6) as x \gset
select pg_temp.ask('ann', 'a', 4) as a \gset
select pg_temp.ask('ann', 'p', 1) as p \gset
execute api_queue('1000') \gset
select pg_temp.expect('two machines do one after another, each from when it is free', pg_temp.starts(:'body', :x, 6), '0 300 600 900 1200 1500'::text);
select pg_temp.expect('two slots of another architecture, apart from that', pg_temp.starts(:'body', :a, 4), '0 1000 1200 2200'::text);
select pg_temp.expect('no machine, no start', pg_temp.starts(:'body', :p, 1), '-'::text);
select pg_temp.expect('why', pg_temp.why(:'body', :x) || '; ' || pg_temp.why(:'body', :x + 1) || '; ' || pg_temp.why(:'body', :x + 2) || '; ' || pg_temp.why(:'body', :p),
	'a machine is free; 1 job of its own user, tree and priority goes before it; 2 jobs of its own user, tree and priority go before it; no machine that can take it is here'::text);

select pg_temp.ask('bob', 'kvm', 2, 60) as kvm \gset
execute api_queue('1000') \gset
select pg_temp.expect('more urgent ones that only one machine can take', pg_temp.starts(:'body', :kvm, 2), '300 900'::text);
select pg_temp.expect('leave the other to the rest', pg_temp.starts(:'body', :x, 6), '0 600 1200 1500 1800 2100'::text);
select pg_temp.ask('bob', 'x', 2) as b \gset
execute api_queue('1000') \gset
select pg_temp.expect('users take turns, and ann has her jobs on the other architecture', pg_temp.starts(:'body', :b, 2) || ', ' || pg_temp.starts(:'body', :x, 3), '600 1200, 0 1500 1800'::text);
select pg_temp.expect('why', pg_temp.why(:'body', :b), 'more urgent ones go first'::text);

-- Of one far behind, from how many go before it.
select pg_temp.ask('bob', 'a', 1000, 10) + 999 as far \gset
execute api_job(:'far') \gset
select pg_temp.expect('the last of a thousand', (:'body'::json -> 'job' ->> 'expected_start')::timestamptz between now() + interval '160 hours' and now() + interval '175 hours', true);
execute page_queue(null, null, 'bob') \gset
select pg_temp.expect('the page, of one user', string_agg(l ->> 'start', ', ' order by n), 'in about 5 min 00 s, in about 10 min 00 s, in about 40 min 00 s'::text)
	from json_array_elements(:'page'::json -> 'lanes') with ordinality x (l, n);
select pg_temp.expect('and job by job', :'page'::json -> 'next' -> 1 ->> 'start', 'in about 15 min 00 s'::text);
update machine set health = 'bad' where name = 'x1';
execute api_queue('1000') \gset
select pg_temp.expect('one that was taken out takes nothing', pg_temp.starts(:'body', :kvm, 2) || ', ' || pg_temp.starts(:'body', :x, 1), '300 900, 1500'::text);
