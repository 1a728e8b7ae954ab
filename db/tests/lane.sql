-- The queue's order: priority, then users and trees with the least, tags and pins, another priority, and that nothing starves.
\ir expect.fixture
insert into tree (name, kind) select 't' || n, 'prebuilt' from generate_series(1, 2) n;
insert into commit (sha, subject, author, authored_at, committed_at) values (repeat('a', 40), 'one', 'A', now(), now());
insert into revision (hash, tree_id, commit_id, is_plain) select lpad(t.id::text, 64, '0'), t.id, c.id, true from tree t, commit c;
insert into profile (name, arch, page_size, config, fs, block_size, memory_mb, cpus, numa_nodes, workload, duration_s, tags)
	values ('plain', 'x86_64', 4096, 'tiny', 'xfs', 1024, 512, 2, 2, 'w', 5, '{}'), ('fast', 'x86_64', 4096, 'tiny', 'xfs', 1024, 512, 2, 2, 'w', 5, '{kvm}');
insert into token (kind, name, hash) select 'trigger', name, sha256(name::bytea) from unnest(array['ann', 'bob']) name;
insert into machine (name, arch, cpus, memory_mb, runner_version, kernel_release, cpu_model, tags)
	select name, 'x86_64', 2, 1000, '1', '6', 'cpu', '{arch:x86_64,workload:w}' from unnest(array['m', 'n']) name;
select id as m from machine where name = 'm' \gset

-- ask(user, tree, profile, jobs, priority, tags, machine): the run.
create function pg_temp.ask(who text, tree text, profile text, jobs integer, priority integer default 50, tags text[] default '{}', machine text default null)
returns bigint language plpgsql as $$
declare
	made bigint;
begin
	insert into run (token_id, tree_id, title, request, request_hash, priority, tags, machine)
	select (select id from token where name = who), t.id, who || ' ' || tree, '{}', '', priority, tags, machine from tree t where t.name = tree returning id into made;
	insert into job (run_id, revision_id, profile_id, repeat, arch, priority, attempts_max)
	select made, r.id, p.id, n, p.arch, priority, 3 from revision r join tree t on t.id = r.tree_id, profile p, generate_series(1, jobs) n
	where t.name = tree and p.name = profile;
	return made;
end $$;
-- next(n): who gets the next n jobs.
create function pg_temp.next(n integer, tags text[] default '{arch:x86_64,workload:w,machine:m}') returns text language plpgsql as $$
declare
	got text := '';
	at bigint;
begin
	for i in 1 .. n loop
		select job ->> 'id' into at from job_claim((select id from machine where name = 'm'), tags, gen_random_uuid());
		got := got || coalesce((select left(ru.title, 1) || right(ru.title, 1) || ' ' from job j join run ru on ru.id = j.run_id where j.id = at), '- ');
	end loop;
	return trim(got);
end $$;
create function pg_temp.claims(n integer) returns table (job bigint) language sql as $$
	select ((job_claim((select id from machine where name = 'm'), '{arch:x86_64,workload:w,machine:m}', gen_random_uuid())).job ->> 'id')::bigint from generate_series(1, n)
$$;

select pg_temp.ask('ann', 't1', 'plain', 50) as ann1 \gset
select pg_temp.expect('one user alone has all', pg_temp.next(3), 'a1 a1 a1'::text);
select pg_temp.ask('bob', 't1', 'plain', 1) \gset
select pg_temp.expect('the other''s single job is next', pg_temp.next(2), 'b1 a1'::text);
select pg_temp.ask('ann', 't2', 'plain', 50) as ann2 \gset
select pg_temp.expect('then the tree that has less', pg_temp.next(3), 'a2 a2 a2'::text);
select pg_temp.ask('bob', 't2', 'plain', 6) \gset
select pg_temp.expect('until users have the same', pg_temp.next(6), 'b2 b2 b2 b2 b2 b2'::text);
select pg_temp.expect('what each has is counted', array_agg(active order by user_id, tree_id), array[4, 3, 1, 6]) from share;
select id as one from job where state = 'leased' and run_id = :ann1 order by id limit 1 \gset
update job set claim_id = null, state = 'running' where id = :one;
execute job_end(:one, 'done');
select pg_temp.expect('and counted down', array_agg(active order by user_id, tree_id), array[3, 3, 1, 6]) from share;

select pg_temp.ask('ann', 't1', 'plain', 2, 80) \gset
select pg_temp.expect('priority goes before fairness', pg_temp.next(2), 'a1 a1'::text);
execute run_priority(:ann2, 90, null, true) \gset
select pg_temp.expect('a raised one goes first', pg_temp.next(2), 'a2 a2'::text);
select pg_temp.expect('those that run are raised too', count(*), 0::bigint) from job where run_id = :ann2 and priority <> 90;
execute run_priority(:ann2, 10, null, true) \gset
select pg_temp.expect('a lowered one does not', pg_temp.next(1), 'a1'::text);

select pg_temp.ask('bob', 't1', 'fast', 1, 99) \gset
select pg_temp.ask('bob', 't1', 'plain', 1, 98, '{big}') \gset
select pg_temp.ask('bob', 't1', 'plain', 1, 97, '{}', 'n') \gset
select pg_temp.expect('every tag must be on the machine', pg_temp.next(1), 'a1'::text);
execute page_queue(null, null, null) \gset
select pg_temp.expect('the page says why the first waits', :'page'::json -> 'lanes' -> 0 ->> 'why', 'no machine has kvm');
select pg_temp.expect('and who', :'page'::json -> 'lanes' -> 0 ->> 'who', 'bob');
select pg_temp.expect('one can start', :'page'::json -> 'lanes' -> 3 ->> 'start', 'now');
execute api_queue('3') \gset
select pg_temp.expect('the API lists what is next', :'body'::json -> 'queued' -> 0 ->> 'by', 'bob');
select pg_temp.expect('kvm is there', pg_temp.next(1, '{arch:x86_64,workload:w,machine:o,kvm}'), 'b1'::text);
select pg_temp.expect('big is there', pg_temp.next(1, '{arch:x86_64,workload:w,machine:o,big}'), 'b1'::text);
select pg_temp.expect('the machine itself', pg_temp.next(1, '{arch:x86_64,workload:w,machine:n}'), 'b1'::text);
select pg_temp.expect('nothing for another arch', pg_temp.next(1, '{arch:arm64,workload:w,machine:m}'), '-'::text);

-- Ten hours without any of its kind: the lowest is level with the highest.
select pg_temp.ask('ann', 't2', 'plain', 1, 0, '{}', 'm') as low \gset
select pg_temp.ask('bob', 't1', 'plain', 3, 95) \gset
execute lanes_look;
select pg_temp.expect('the low one waits', pg_temp.next(1), 'b1'::text);
update job set queued_at = now() - interval '10 hours' where run_id = :low;
execute lanes_look;
select pg_temp.expect('in the end it is served', pg_temp.next(2), 'a2 b1'::text);

execute lanes_look;
create temp table waiting as execute lane_waiting;
select pg_temp.expect('what is waited for', array_agg(needs), array['arch:x86_64 workload:w']) from waiting;
update job set state = 'cancelled' where state = 'queued';
execute lanes_look;
select pg_temp.expect('empty lanes are closed', count(*), 0::bigint) from lane where is_open;
select id as one from job where state = 'leased' limit 1 \gset
update job set state = 'queued', claim_id = null where id = :one;
select pg_temp.expect('a job that comes back opens its lane', l.is_open and l.since is not null, true) from job j join lane l on l.id = j.lane_id where j.id = :one;
select pg_temp.expect('shares are what they are counted to be', s.active::bigint, count(j.id))
from share s left join lane l on l.share_id = s.id left join job j on j.lane_id = l.id and j.state in ('leased', 'running') group by s.id;

-- A lane's head: what was taken is not read again, and what comes back before it is the next.
update job set state = 'cancelled', claim_id = null where state in ('queued', 'leased');
select pg_temp.ask('ann', 't1', 'plain', 500, 60) as long \gset
select min(id) as first, max(id) as last from job where run_id = :long \gset
select count(job) from pg_temp.claims(300) \gset claimed_
select pg_temp.expect('the head has moved on', head > :first + 150 and head <= :first + 300, true) from lane where id = (select lane_id from job where id = :last);
update job set state = 'queued', claim_id = null where id in (:first + 1, :first + 200);
select pg_temp.expect('what came back is the next', array_agg(job), array[:first + 1, :first + 200, :first + 300]::bigint[]) from pg_temp.claims(3);
