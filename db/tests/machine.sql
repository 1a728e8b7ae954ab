-- Machines: who is heard, what attempts say of health, and what operators say.
\ir machines.fixture

execute machine_watch \gset
select pg_temp.expect('one lost attempt says nothing', (health, is_heard)::text, '(unknown,t)') from machine;

-- A patch's failures are its own.
update attempt set result = 'fault', state = 'failed', ended_at = now() where id in (:a2, :a3);
insert into blob (sha256, size_bytes, is_complete) values (repeat('9', 64), 1, true);
insert into revision_patch (revision_id, position, sha256, subject) select j.revision_id, 0, repeat('9', 64), 'p' from attempt a join job j on j.id = a.job_id where a.id = :a3;
execute machine_watch \gset
select pg_temp.expect('faults of posted patches do not count', health, 'unknown') from machine;
select pg_temp.expect('nothing lost', :lost, 0);

-- A job that fails on another machine too has its reason in itself.
update attempt set result = 'fault', state = 'failed', ended_at = now() where id = :a1;
delete from revision_patch;
insert into machine (name, arch, cpus, memory_mb, runner_version, kernel_release, cpu_model) values ('other', 'x86_64', 2, 1000, '1', '6', 'cpu');
insert into attempt (job_id, number, machine_id, claim_id, claimed_at, lease_until, state, result, ended_at)
	select a.job_id, 2, m.id, gen_random_uuid(), now(), now(), 'failed', 'fault', now() from attempt a, machine m where a.id = :a3 and m.name = 'other';
execute machine_watch \gset
select pg_temp.expect('a job that fails everywhere does not count', health, 'unknown') from machine where name = 'm';
delete from attempt where machine_id <> :m;
update attempt set detail = 'the runner was stopped' where id = :a2;
execute machine_watch \gset
select pg_temp.expect('a runner that was stopped has not failed', health, 'unknown') from machine where name = 'm';
update attempt set detail = 'cannot fetch the tree from ''file:///t''' where id = :a2;
execute machine_watch \gset
select pg_temp.expect('nor one whose git server is away', health, 'unknown') from machine where name = 'm';
update attempt set detail = null where id = :a2;
execute machine_watch \gset
select pg_temp.expect('three faults of its own', :lost, 1);
select pg_temp.expect('take it out', (health, split_part(health_why, ';', 1))::text, '(bad,"three attempts in a row failed for its own reasons")') from machine where name = 'm';
select pg_temp.expect('and are written down', (what, before, after, token_id)::text, '(health,unknown,bad,)') from machine_change where machine_id = :m;
execute machine_see('m', null, 0) \gset
select pg_temp.expect('it takes no job but its checks', :'tags_spaced'::text, ' golden:m '::text);
execute machine_watch \gset
select pg_temp.expect('once', :lost, 0);

insert into token (name, kind, hash) values ('admin', 'admin', sha256('x')) returning id as token \gset
execute machine_health('m', 'unknown', :token, 'new disk') \gset
execute machine_see('m', null, 0) \gset
select pg_temp.expect('an operator brings it back', :'tags_spaced'::text, ' machine:m golden:m '::text);
execute machine_watch \gset
select pg_temp.expect('what was before says nothing any more', health, 'unknown') from machine where name = 'm';
update machine set judged_at = now() - interval '1 second' where name = 'm';
update attempt set result = 'clean', state = 'done' where id = :a4;
update attempt set ended_at = now() - interval '1 hour' where id <> :a4;
update attempt set ended_at = now() where id = :a4;
execute machine_watch \gset
select pg_temp.expect('a kernel''s result is good', health, 'good') from machine where name = 'm';

update machine set judged_at = now() - interval '1 second' where name = 'm';
update attempt set result = null, state = 'lost', ended_at = now();
execute machine_watch \gset
select pg_temp.expect('lost again and again', health, 'looping') from machine where name = 'm';

execute machine_health('m', 'good', :token, null) \gset
execute machine_slots('m', 1, :token, null) \gset
execute machine_see('m', null, 0) \gset
select pg_temp.expect('a slot is free', :'is_taking'::text, 't'::text);
update attempt set state = 'running', ended_at = null where id = :a1;
execute machine_see('m', null, 0) \gset
select pg_temp.expect('none is free', :'is_taking'::text, 'f'::text);
execute machine_slots('m', null, :token, null) \gset
execute machine_state('m', 'draining', :token, 'disk') \gset
execute machine_state('m', 'draining', :token, 'disk') \gset
select pg_temp.expect('history', string_agg(what || ' ' || coalesce(before, '-') || '>' || coalesce(after, '-'), ', ' order by id), 'health unknown>bad, health bad>unknown, health unknown>good, health good>looping, health looping>good, slots ->1, slots 1>-, state active>draining') from machine_change where machine_id = :m;

update machine set seen_at = now() - interval '3 minutes' where name = 'other';
execute machine_watch \gset
select pg_temp.expect('an active one that is not heard is lost', :lost, 1);
select pg_temp.expect('as is written', (what, before, after)::text, '(heard,yes,no)') from machine_change c join machine m on m.id = c.machine_id where m.name = 'other';
update machine set seen_at = now() where name = 'other';
execute machine_watch \gset
select pg_temp.expect('and it is back', is_heard, true) from machine where name = 'other';
update listening set since = now();
update machine set seen_at = now() - interval '3 minutes' where name = 'other';
execute machine_watch \gset
select pg_temp.expect('silence counts only while somebody listened', is_heard, true) from machine where name = 'other';

-- A runner says what its machine can do, not which it is.
execute machine_put('rogue', 'x86_64', 2, 1000, '{kvm,machine:m,golden:m,arch:x86_64}', '1', '6', 'cpu', null, null, null, :token, null, null, null, null, '{}', '[]', 1, null, null, null, null, null, null) \gset
execute machine_see('rogue', null, 0) \gset
select pg_temp.expect('no tag makes it another', :'tags_spaced'::text, ' kvm arch:x86_64 machine:rogue golden:rogue '::text);
select pg_temp.expect('it need not say how it builds', num_nulls(accel, limits, is_sandboxed, machine_builds_words(id), machine_accel_words(id)), 5) from machine where name = 'rogue';
execute machine_put('rogue', 'x86_64', 2, 1000, '{arch:x86_64}', '1', '6', 'cpu', null, null, null, :token, null, null, null, null, '{}', '[]', 1, null, 'kvm', 'cgroup', true, 3584, 320) \gset
select pg_temp.expect('how it builds', machine_builds_words(id) || '; ' || machine_accel_words(id),
	'in a sandbox, with ' || page_bytes(3584 * 1048576::bigint) || ' and 320 processes at most, kept by the kernel (cgroup); guests are virtualised') from machine where name = 'rogue';
execute machine_put('rogue', 'x86_64', 2, 1000, '{arch:x86_64}', '1', '6', 'cpu', null, null, null, :token, null, null, null, null, '{}', '[]', 1, null, 'magic', 'vm', false, 3584, 320) \gset
select pg_temp.expect('words of a newer runner are no words', num_nulls(accel, limits), 2) from machine where name = 'rogue';
execute machine_put('rogue', 'x86_64', 2, 1000, '{arch:x86_64}', '1', '6', 'cpu', null, null, null, :token, null, null, null, null, '{}', '[]', 1, null, 'native', 'none', null, null, null) \gset
select pg_temp.expect('one that builds nothing', machine_builds_words(id) || '; ' || machine_accel_words(id), 'nothing; its own kernel, native') from machine where name = 'rogue';
