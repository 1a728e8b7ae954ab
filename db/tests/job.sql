-- The queue: who gets which job, what is confirmed, goes back, is lost and ends.
\ir expect.fixture
prepare job_claim (bigint, text[], uuid) as select (job ->> 'id')::bigint as id, is_new from job_claim($1, $2, $3) where job is not null;

insert into tree (name, kind) values ('t', 'prebuilt');
insert into commit (sha, subject, author, authored_at, committed_at) values (repeat('a', 40), 'one', 'A', now(), now());
insert into revision (hash, tree_id, commit_id, is_plain) select repeat('b', 64), t.id, c.id, true from tree t, commit c;
insert into profile (name, arch, page_size, config, fs, block_size, memory_mb, cpus, numa_nodes, workload, duration_s, attempts_max)
	select 'p-' || arch, arch, 4096, 'tiny', 'xfs', 1024, 512, 2, 2, 'migrate-hot', 5, 2 from unnest(array['x86_64', 'arm64']) arch;
insert into run (tree_id, title, request, request_hash) select id, 'r', '{}', '' from tree;

insert into job (run_id, revision_id, profile_id, repeat, arch, priority, attempts_max)
	select run.id, r.id, p.id, n, p.arch, case when n = 2 then 90 else 50 end, p.attempts_max
	from run, revision r, profile p, generate_series(0, 2) n order by n, p.id;
execute machine_put('m', 'x86_64', 2, 4096, '{arch:x86_64,workload:migrate-hot}', '1', '6.1', 'cpu', null, null, null, null, null, null, null, null, '{}',
	'[{"name": "migrate-hot", "summary": "s", "arches": ["x86_64"], "arguments": [{"name": "n", "flag": "-n", "type": "int"}]}]', 1, null, null, null, null, null, null);
create temp table held as execute machine_workloads('migrate-hot', 'x86_64');
select pg_temp.expect('what it takes is known', machine || (arguments::json -> 0 ->> 'name'), 'mn') from held;
create temp table not_held as execute machine_workloads('migrate-hot', 'arm64');
select pg_temp.expect('for that architecture only', count(*), 0::bigint) from not_held;
execute machine_put('m', 'x86_64', 4, 4096, '{arch:x86_64,workload:migrate-hot}', '1', '6.1', 'cpu', null, null, null, null, null, null, null, null, '{}', '[]', 1, null, null, null, null, null, null) \gset machine_
insert into token (kind, name, hash) select 'runner', name, sha256(name::bytea) from unnest(array['lab-1', 'lab-2']) name;
select min(id) as one, max(id) as two from token \gset token_
select pg_temp.expect('an admin''s registration owns nothing', token_id is null, true) from machine;
execute machine_put('m', 'x86_64', 4, 4096, '{arch:x86_64,workload:migrate-hot}', '1', '6.1', 'cpu', null, null, null, :token_one, null, null, null, null, '{}', '[]', 1, null, null, null, null, null, null) \gset machine_
create temp table stranger as execute machine_put('m', 'arm64', 4, 4096, '{arch:arm64}', '1', '6.1', 'cpu', null, null, null, :token_two, null, null, null, null, '{}', '[]', 1, null, null, null, null, null, null);
select pg_temp.expect('another token cannot register it', count(*), 0::bigint) from stranger;
select pg_temp.expect('it stays what it was, and whose', arch || (token_id = :token_one), 'x86_64true') from machine;
execute machine_put('m', 'x86_64', 4, 4096, '{arch:x86_64,workload:migrate-hot}', '1', '6.1', 'cpu', null, null, null, null, null, null, null, null, '{}', '[]', 1, null, null, null, null, null, null) \gset machine_
select pg_temp.expect('an admin leaves it its owner''s', token_id, :token_one::bigint) from machine;
create temp table handed_to_nobody as execute machine_token('m', 'nobody');
select pg_temp.expect('no such token', count(*), 0::bigint) from handed_to_nobody;
execute machine_token('elsewhere', 'lab-2') \gset elsewhere_
select pg_temp.expect('no such machine', :elsewhere_machines::bigint, 0::bigint);
execute machine_token('m', 'lab-2') \gset handed_
select pg_temp.expect('handed over', token_id, :token_two::bigint) from machine;
select pg_temp.expect('a machine is registered once', count(*), 1::bigint) from machine;
execute machine_see('m', null, 0) \gset seen_
select pg_temp.expect('what it can run', :'seen_archs', '{x86_64}'::text);
select pg_temp.expect('what a job''s needs are matched with', :'seen_tags_spaced', ' arch:x86_64 workload:migrate-hot machine:m golden:m '::text);
create temp table strangers as execute machine_see('nobody', null, 0);
select pg_temp.expect('nobody is unknown', count(*), 0::bigint) from strangers;

-- Who asks for work has it in the same answer.
savepoint asked;
create temp table unclaimed as execute machine_see('m', null, 0);
select pg_temp.expect('who gives no claim gets no job', (is_taking, is_new, job ->> 'id')::text, '(t,,)'::text) from unclaimed;
create temp table given as execute machine_see('m', '00000000-0000-0000-0000-000000000021', :token_two);
select pg_temp.expect('a job', (is_new, job ->> 'priority', job -> 'profile' ->> 'name')::text, '(t,90,p-x86_64)'::text) from given;
create temp table repeated as execute machine_see('m', '00000000-0000-0000-0000-000000000021', 0);
select pg_temp.expect('the same again', (r.is_new, r.job::text = g.job::text)::text, '(f,t)'::text) from repeated r, given g;
create temp table withheld as execute machine_see('m', '00000000-0000-0000-0000-000000000022', :token_one);
select pg_temp.expect('none for another''s token', (is_taking, job ->> 'id')::text, '(t,)'::text) from withheld;
update machine set state = 'draining';
create temp table resting as execute machine_see('m', '00000000-0000-0000-0000-000000000023', 0);
select pg_temp.expect('nor while it takes none', (is_taking, job ->> 'id')::text, '(f,)'::text) from resting;
select pg_temp.expect('one was taken', count(*), 1::bigint) from job where state = 'leased';
rollback to savepoint asked;

-- Claims: the most urgent first, never another arch, the same again for the same claim.
execute job_claim(:machine_id, '{arch:x86_64,workload:migrate-hot,machine:m,golden:m}', '00000000-0000-0000-0000-000000000001') \gset first_
select pg_temp.expect('the urgent one goes first', priority, 90) from job where id = :first_id;
execute job_claim(:machine_id, '{arch:x86_64,workload:migrate-hot,machine:m,golden:m}', '00000000-0000-0000-0000-000000000001') \gset again_
select pg_temp.expect('a repeated claim answers the same', :again_id::bigint, :first_id::bigint);
select pg_temp.expect('and takes no other', count(*), 1::bigint) from job where state = 'leased';
execute job_claim(:machine_id, '{arch:x86_64,arch:arm64,workload:migrate-hot,machine:m}', '00000000-0000-0000-0000-000000000002') \gset second_
select pg_temp.expect('two archs: the urgent one of either', priority, 90) from job where id = :second_id;
select pg_temp.expect('which is the other arch', arch, 'arm64') from job where id = :second_id;
create temp table none as execute job_claim(:machine_id, '{arch:riscv64,workload:migrate-hot,machine:m}', '00000000-0000-0000-0000-000000000003');
select pg_temp.expect('no job for an arch that nobody asked for', count(*), 0::bigint) from none;
create temp table orders as select job_order(:first_id) as job;
select pg_temp.expect('the order is whole', job ->> 'id' || (job -> 'tree' ->> 'name') || (job -> 'revision' ->> 'commit') || (job -> 'profile' ->> 'name'),
	:'first_id' || 't' || repeat('a', 40) || 'p-x86_64') from orders;

-- A claim nobody confirms goes back and costs nothing.
update job set claimed_at = now() - interval '20 seconds' where id = :second_id;
execute job_release(15) \gset released_
select pg_temp.expect('one claim went back', :released_jobs::bigint, 1::bigint);
select pg_temp.expect('it is queued, untried', state || attempts, 'queued0') from job where id = :second_id;
create temp table gone as execute attempt_begin('00000000-0000-0000-0000-000000000002', 'm', 60);
select pg_temp.expect('its claim is gone', count(*), 0::bigint) from gone;

-- A claim nobody heard of goes back at once.
execute job_claim(:machine_id, '{arch:arm64,workload:migrate-hot,machine:m}', '00000000-0000-0000-0000-000000000012') \gset unheard_
select pg_temp.expect('it is new', :'unheard_is_new'::boolean, true);
execute job_claim(:machine_id, '{arch:arm64,workload:migrate-hot,machine:m}', '00000000-0000-0000-0000-000000000012') \gset repeated_
select pg_temp.expect('and once only', :'repeated_is_new'::boolean, false);
execute job_unclaim('00000000-0000-0000-0000-000000000012');
select pg_temp.expect('it is queued, untried', state || attempts, 'queued0') from job where id = :unheard_id;

-- Confirming begins the attempt, once.
create temp table stolen as execute attempt_begin('00000000-0000-0000-0000-000000000001', 'other', 60);
select pg_temp.expect('another machine cannot confirm', count(*), 0::bigint) from stolen;
execute attempt_begin('00000000-0000-0000-0000-000000000001', 'm', 60) \gset a_
execute attempt_begin('00000000-0000-0000-0000-000000000001', 'm', 60) \gset b_
select pg_temp.expect('a repeated confirmation answers the same', :b_id::bigint, :a_id::bigint);
select pg_temp.expect('one attempt', state || attempts, 'running1') from job where id = :first_id;
select pg_temp.expect('its events', array_agg(kind order by kind), '{attempt,job}') from event where attempt_id = :a_id;
execute attempt_beat(:a_id, 60, 'build', 1, 9, 'files') \gset beat_
execute attempt_beat(:a_id, 60, 'build', 2, 9, 'files') \gset beat_
select pg_temp.expect('nobody cancelled', :'beat_is_cancelled'::boolean, false);
select pg_temp.expect('a step is one event, its progress none', count(*), 2::bigint) from event where attempt_id = :a_id and kind = 'attempt';
execute attempt_steps_put(:a_id, '{checkout,build}', '{2026-01-01T00:00:00Z,2026-01-01T00:00:02Z}', '{2.5,null}');
execute attempt_steps_put(:a_id, '{checkout,build}', '{2026-01-01T00:00:00Z,2026-01-01T00:00:02Z}', '{null,7}');
select pg_temp.expect('steps keep what is known', array_agg(seconds order by position), '{2.5,7}') from attempt_step where attempt_id = :a_id;

-- The runner falls silent: the attempt is lost, the job is tried again, then lost too.
execute attempt_owner(:a_id) \gset owner_
select pg_temp.expect('whose it is', :'owner_machine' || (:owner_token_id = :token_two), 'mtrue'::text);
update attempt set lease_until = now() - interval '1 second' where id = :a_id;
create temp table unheard as execute attempt_expire;
select pg_temp.expect('nobody listened: nobody is silent', count(*), 0::bigint) from unheard;
execute listening_note(60);
create temp table unheard_for_long as execute attempt_expire;
select pg_temp.expect('nobody listened for a lease: nobody is silent', count(*), 0::bigint) from unheard_for_long;
update listening set since = now() - interval '2 minutes';
execute listening_note(60);
select pg_temp.expect('a server that goes on listening', since < now() - interval '1 minute', true) from listening;
update listening set seen_at = now() - interval '20 seconds';
execute listening_note(60);
select pg_temp.expect('a break begins anew', since = now(), true) from listening;
update listening set since = now() - interval '2 minutes';
execute attempt_expire \gset expired_
select pg_temp.expect('one is lost', :expired_id || ' ' || :expired_job_id, :a_id || ' ' || :first_id);
select pg_temp.expect('kept as lost', state, 'lost') from attempt where id = :a_id;
select pg_temp.expect('its job is queued again', state, 'queued') from job where id = :first_id;
select pg_temp.expect('and will be measured', count(*), 1::bigint) from work_item where attempt_id = :a_id;
create temp table late as execute attempt_beat(:a_id, 60, 'build', 3, 9, 'files');
select pg_temp.expect('its heartbeat is refused', count(*), 0::bigint) from late;
execute attempt_revive(:a_id, 60) \gset revived_
select pg_temp.expect('nobody has its job: it goes on', a.state || j.state || j.attempts || (a.detail is null) || (a.ended_at is null), 'runningrunning1truetrue')
	from attempt a join job j on j.id = a.job_id where a.id = :a_id;
create temp table running as execute attempt_revive(:a_id, 60);
select pg_temp.expect('what runs is not revived', count(*), 0::bigint) from running;
update attempt set lease_until = now() - interval '1 second' where id = :a_id;
execute attempt_expire;
execute job_claim(:machine_id, '{arch:x86_64,workload:migrate-hot,machine:m,golden:m}', '00000000-0000-0000-0000-000000000004') \gset third_
execute attempt_begin('00000000-0000-0000-0000-000000000004', 'm', 60) \gset c_
select pg_temp.expect('the retry is another attempt', number, 2) from attempt where id = :c_id;
create temp table taken as execute attempt_revive(:a_id, 60);
select pg_temp.expect('its job is another''s', count(*), 0::bigint) from taken;
update attempt set lease_until = now() - interval '1 second' where id = :c_id;
execute attempt_expire;
select pg_temp.expect('tried often enough', state, 'lost') from job where id = :first_id;

-- Ends.
execute job_claim(:machine_id, '{arch:x86_64,workload:migrate-hot,machine:m,golden:m}', '00000000-0000-0000-0000-000000000005') \gset d_
execute attempt_begin('00000000-0000-0000-0000-000000000005', 'm', 60) \gset e_
execute attempt_lock(:e_id) \gset lock_
select pg_temp.expect('locked as it is', :'lock_state' || :'lock_attempts' || :'lock_attempts_max', 'running12'::text);
execute attempt_end(:e_id, 'done', 'crash', 'workload', 'why', false, 'hash', '6.1', 4096, 'tcg', 1.5, true, 0.1, null, 'qemu', 'cross', repeat('a', 40), 37, 'objects', 'migrations');
execute job_end(:d_id, 'done');
select pg_temp.expect('ended', a.state || a.result || a.step || j.state || (j.ended_at is not null), 'donecrashworkloaddonetrue')
	from attempt a join job j on j.id = a.job_id where a.id = :e_id;

-- A cancelled run: its claim ends instead of beginning.
execute job_claim(:machine_id, '{arch:x86_64,workload:migrate-hot,machine:m,golden:m}', '00000000-0000-0000-0000-000000000006') \gset f_
update run set cancelled_at = now();
create temp table cancelled as execute attempt_begin('00000000-0000-0000-0000-000000000006', 'm', 60);
select pg_temp.expect('a cancelled run begins nothing', count(*), 0::bigint) from cancelled;
select pg_temp.expect('its job ends', state, 'cancelled') from job where id = :f_id;
