-- Checks with a golden kernel: when a machine is due, what it is checked with, and what a check says of it.
\ir machines.fixture
insert into token (name, kind, hash) values ('admin', 'admin', sha256('x')) returning id as token \gset
update machine set tags = '{arch:x86_64,workload:migrate-hot}', created_at = now() - interval '2 days';

create function pg_temp.checks() returns bigint language sql as 'select count(*) from run where is_golden';
-- The check that waits ends so.
create function pg_temp.ends(result text) returns void language sql as $$
	update job set state = case when $1 = 'clean' then 'done' else 'failed' end where state = 'queued' and run_id = (select max(id) from run where is_golden);
	insert into attempt (job_id, number, machine_id, claim_id, claimed_at, lease_until, state, result, ended_at)
		select j.id, 1, m.id, gen_random_uuid(), now(), now(), case when $1 = 'fault' then 'failed' else 'done' end, $1, now() from job j, machine m
		where j.run_id = (select max(id) from run where is_golden) and m.name = 'm'
$$;
-- All that is known was a while ago.
create function pg_temp.later(hours integer) returns void language sql as $$
	update machine set golden_at = golden_at - $1 * interval '1 hour', judged_at = judged_at - $1 * interval '1 hour';
	update attempt set ended_at = ended_at - $1 * interval '1 hour', claimed_at = claimed_at - $1 * interval '1 hour';
	update run set created_at = created_at - $1 * interval '1 hour';
$$;

execute machine_golden(24, 200);
select pg_temp.expect('nothing has passed yet', pg_temp.checks(), 0::bigint);
update attempt set state = 'done', result = 'clean', ended_at = now() where id = :a1;
execute machine_golden(0, 0);
select pg_temp.expect('it is off', pg_temp.checks(), 0::bigint);
execute machine_golden(48, 0);
select pg_temp.expect('a lost attempt of its own', pg_temp.checks(), 1::bigint);
select pg_temp.expect('what passed, once, for it alone, before all', (r.title, j.revision_id = a.revision_id, j.arch, j.priority, j.attempts_max, l.needs)::text,
	'("check of machine m",t,x86_64,100,1,"{arch:x86_64,golden:m}")')
	from run r join job j on j.run_id = r.id join lane l on l.id = j.lane_id, attempt_place a where r.is_golden and a.attempt_id = :a1;
execute machine_golden(24, 1);
select pg_temp.expect('one at a time', pg_temp.checks(), 1::bigint);

-- One that was taken out takes its check and nothing else.
update job set state = 'queued' where repeat = 2 and run_id = (select min(id) from run);
update machine set health = 'bad';
execute machine_see('m', null, 0) \gset
select pg_temp.expect('tags', :'tags_spaced'::text, ' arch:x86_64 golden:m '::text);
select pg_temp.expect('no symbols', :'archs'::text, '{}'::text);
select pg_temp.expect('its check', (job ->> 'run_id')::bigint, (select max(id) from run)) from job_claim(:m, string_to_array(trim(:'tags_spaced'), ' '), gen_random_uuid());
select pg_temp.expect('and no more', count(job), 0::bigint) from job_claim(:m, string_to_array(trim(:'tags_spaced'), ' '), gen_random_uuid());
update job set state = 'queued', claim_id = null, claim_machine_id = null, claimed_at = null where state = 'leased';
update machine set health = 'good';

select pg_temp.ends('crash');
execute machine_watch \gset
select pg_temp.expect('one failure says nothing', health, 'good') from machine;
execute machine_golden(48, 0);
select pg_temp.expect('but it is tried again', pg_temp.checks(), 2::bigint);
select pg_temp.ends('no_boot');
execute machine_watch \gset
select pg_temp.expect('two do', (health, split_part(health_why, ';', 1))::text, '(bad,"the golden kernel failed twice in a row")') from machine;
select max(id) as last from attempt \gset
execute series_attempt(:last) \gset
select pg_temp.expect('no point of a series', :'is_golden'::text, 't'::text);

execute machine_golden(24, 0);
select pg_temp.expect('not at once', pg_temp.checks(), 2::bigint);
select pg_temp.later(2);
execute machine_golden(24, 0);
select pg_temp.expect('after an hour', pg_temp.checks(), 3::bigint);
select pg_temp.ends('clean');
execute machine_watch \gset
select pg_temp.expect('a pass brings it back', (health, health_why)::text, '(good,)') from machine;
select pg_temp.expect('and is written down', (before, after, note)::text, '(bad,good,"the golden kernel passed")') from machine_change order by id desc limit 1;
update machine set health = 'looping', judged_at = now();
select pg_temp.later(2);
execute machine_golden(24, 0);
select pg_temp.expect('the next time after a day', pg_temp.checks(), 3::bigint);
update machine_change set at = at - interval '25 hours';
execute machine_golden(24, 0);
select pg_temp.expect('which has passed', pg_temp.checks(), 4::bigint);

execute machine_health('m', 'bad', :token, null) \gset
select pg_temp.later(1);
select pg_temp.ends('clean');
execute machine_watch \gset
select pg_temp.expect('an operator''s word stands', health, 'bad') from machine;
select pg_temp.later(100);
execute machine_golden(24, 1);
select pg_temp.expect('and it is left alone', pg_temp.checks(), 4::bigint);

-- What fails on another machine as well has its reason in itself.
execute machine_health('m', 'good', :token, null) \gset
select pg_temp.later(1);
execute machine_golden_put('m', :a1, :token, 'known') \gset
execute machine_golden(0, 0);
select pg_temp.expect('asked for', pg_temp.checks(), 5::bigint);
insert into machine (name, arch, cpus, memory_mb, runner_version, kernel_release, cpu_model) values ('other', 'x86_64', 2, 1000, '1', '6', 'cpu');
insert into attempt (job_id, number, machine_id, claim_id, claimed_at, lease_until, state, result, ended_at)
	select j.id, 2, m.id, gen_random_uuid(), now(), now(), 'done', 'crash', now() from job j, machine m where j.run_id = (select max(id) from run) and m.name = 'other';
select pg_temp.ends('hang');
select pg_temp.expect('no verdict', attempt_golden_verdict(max(id)), null) from attempt;
delete from attempt where machine_id <> :m;
select pg_temp.expect('failed', attempt_golden_verdict(max(id)), 'failed') from attempt;

-- By count; and what waits for a machine that went is dropped.
update attempt set result = 'clean' where result = 'hang';
execute machine_golden(0, 2);
select pg_temp.expect('one since', pg_temp.checks(), 5::bigint);
execute machine_golden(0, 1);
select pg_temp.expect('is enough', pg_temp.checks(), 6::bigint);
update machine set is_heard = false where name = 'm';
execute machine_golden(24, 1);
select pg_temp.expect('dropped', state, 'cancelled') from job where run_id = (select max(id) from run);
