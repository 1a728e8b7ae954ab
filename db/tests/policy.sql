-- What trees' policies plan: the newest first, then back; merges, tags, one in so many; so many a day; a budget; only what lacks.
\ir expect.fixture
\set q `cat db/queries/tree_plan.sql`
create temp table plan as select :'q' as query;
insert into tree (name, kind, url, branch, refresh_tried_at) values ('t', 'git', 'file:///t', 'main', now() - interval '2 minutes');
insert into commit (sha, subject, author, authored_at, committed_at) select lpad(n::text, 40, '0'), 'c' || n, 'A', now(), now() from generate_series(0, 9) n;
insert into tree_commit (tree_id, commit_id, ordinal) select t.id, c.id, right(c.subject, 1)::integer from tree t, commit c;
insert into commit_parent (commit_id, position, parent_id)
	select c.id, n, p.id from commit c join commit p on p.subject = 'c0', generate_series(0, 1) n where c.subject in ('c3', 'c6') or (n = 0 and c.subject <> 'c0');
insert into tree_ref (tree_id, name, commit_id) select t.id, 'v1', c.id from tree t, commit c where c.subject = 'c4';
insert into profile (name, arch, page_size, config, fs, block_size, memory_mb, cpus, numa_nodes, workload, duration_s)
	select name, 'x86_64', 4096, 'tiny', 'xfs', 1024, 512, 2, 2, 'w', 5 from unnest(array['p', 'q']) name;
insert into token (kind, name, hash) values ('trigger', 'ann', sha256('ann')) returning id as ann \gset
create temp table planned (run bigint, jobs bigint, told text);
create function pg_temp.plan_one() returns void language plpgsql as $$
declare
	got record;
begin
	execute (select query from plan) into got;
	if got.id is not null then
		insert into planned values (got.id, got.jobs, got.told);
	end if;
end $$;
-- plan(n): the commits that n looks plan, in their order; queued jobs end behind each, as if machines were quick.
create function pg_temp.plan(n integer) returns text language plpgsql as $$
declare
	got text := '';
begin
	for i in 1 .. n loop
		truncate planned;
		perform pg_temp.plan_one();
		got := got || coalesce((select c.subject || ' ' from planned join job j on j.run_id = planned.run join revision r on r.id = j.revision_id join commit c on c.id = r.commit_id limit 1), '- ');
		update job set state = 'done' where state = 'queued';
	end loop;
	return trim(got);
end $$;

create temp table nope as execute tree_policy_put('nope', '{"profiles": ["p"]}', :ann);
select pg_temp.expect('no such tree', count(*), 0::bigint) from nope;
execute tree_policy_put('t', '{"is_on": true, "commits": "every", "every": 1, "back": 4, "profiles": ["p", "z"], "repeats": 2, "priority": 20}', :ann) \gset bad_
select pg_temp.expect('an unknown profile is named', :'bad_unknown', 'z'::text);
execute tree_policy_put('t', '{"is_on": true, "commits": "every", "every": 1, "back": 4, "profiles": ["p"], "repeats": 2, "priority": 20, "interval_s": 60}', :ann) \gset
select pg_temp.expect('the newest first, then back, and then nothing', pg_temp.plan(5), 'c9 c8 c7 c6 -'::text);
select pg_temp.expect('each so often, what was passed over below all else', array[count(*), min(priority), max(priority)], array[8, 10, 20]::bigint[]) from job;
insert into commit (sha, subject, author, authored_at, committed_at) values (repeat('a', 40), 'new', 'A', now(), now());
insert into tree_commit (tree_id, commit_id, ordinal) select t.id, c.id, 10 from tree t, commit c where c.subject = 'new';
select pg_temp.expect('a new one is next', pg_temp.plan(2), 'new -'::text);
execute tree_policy_put('t', '{"is_on": true, "commits": "every", "every": 5, "back": 11, "profiles": ["p", "q"], "repeats": 1, "priority": 20}', :ann) \gset
select pg_temp.expect('the newest lacks one', pg_temp.plan(1), 'new'::text);
select pg_temp.expect('only what lacks is planned', string_agg(distinct p.name, ','), 'q'::text) from planned join job j on j.run_id = planned.run join profile p on p.id = j.profile_id;
select pg_temp.expect('one in five', pg_temp.plan(3), 'c5 c0 -'::text);
execute tree_policy_put('t', '{"is_on": true, "commits": "merges", "every": 1, "back": 11, "profiles": ["q"], "repeats": 1, "priority": 20}', :ann) \gset
select pg_temp.expect('merges', pg_temp.plan(3), 'c6 c3 -'::text);
execute tree_policy_put('t', '{"is_on": true, "commits": "tags", "every": 1, "back": 11, "profiles": ["q"], "repeats": 1, "priority": 20}', :ann) \gset
select pg_temp.expect('tags', pg_temp.plan(2), 'c4 -'::text);
execute tree_policy_put('t', '{"is_on": false, "commits": "every", "every": 1, "back": 11, "profiles": ["q"], "repeats": 1, "priority": 20}', :ann) \gset
select pg_temp.expect('off', pg_temp.plan(1), '-'::text);
execute tree_policy_put('t', '{"is_on": true, "commits": "every", "every": 1, "back": 11, "profiles": ["q"], "repeats": 1, "priority": 20, "per_day": 12}', :ann) \gset
update run set created_at = now() - interval '25 hours' where id = (select min(id) from run);
select pg_temp.expect('twelve a day, ten of them were', pg_temp.plan(3), 'c9 c8 -'::text);
execute tree_policy_put('t', '{"is_on": true, "commits": "every", "every": 1, "back": 11, "profiles": ["q"], "repeats": 1, "priority": 20, "machine_hours": 1, "migrations": 5000000000, "interval_s": 60}', :ann) \gset
insert into machine (name, arch, cpus, memory_mb, runner_version, kernel_release, cpu_model, seen_at) values ('m', 'x86_64', 2, 1000, '1', '6', 'cpu', now() - interval '1 hour');
insert into attempt (job_id, number, machine_id, claim_id, claimed_at, started_at, lease_until, state, ended_at)
	select max(j.id), 1, min(m.id), gen_random_uuid(), now(), now() - interval '70 minutes', now(), 'done', now() - interval '5 minutes' from job j, machine m;
select pg_temp.expect('the budget is used up', pg_temp.plan(1), '-'::text);
update attempt set started_at = now() - interval '35 minutes';
truncate planned;
select pg_temp.plan_one() from generate_series(1, 3);
select pg_temp.expect('attempts end as the policy says', array_agg(distinct r.migrations), array[5000000000]) from planned join run r on r.id = planned.run;
select pg_temp.expect('no more wait than machines can take soon', count(*), 2::bigint) from planned;
create temp table due as execute tree_watch_list(300);
select pg_temp.expect('a tree has its own interval', count(*), 1::bigint) from due;
execute page_tree('t', null) \gset
select pg_temp.expect('the page says what is tested', :'page'::json -> 'policy' ->> 'commits', 'each commit, the newest first, 11 commits back; each attempt until 5.00 G migrations');
