-- Searches for what moved a measured value: their ends, their values, and what is told.
\ir expect.fixture
insert into tree (name, kind, url, branch) values ('t', 'git', 'file:///t', 'main');
insert into commit (sha, subject, author, authored_at, committed_at) select lpad(to_hex(n), 40, '0'), 'c' || n, 'A', now(), now() from generate_series(0, 5) n;
insert into tree_commit (tree_id, commit_id, ordinal) select t.id, c.id, substr(c.subject, 2)::integer from tree t, commit c;
insert into commit_parent (commit_id, position, parent_id) select c.id, 0, p.id from commit c join commit p on substr(c.subject, 2)::integer = substr(p.subject, 2)::integer + 1;
insert into profile (name, arch, page_size, config, fs, block_size, memory_mb, cpus, numa_nodes, workload, duration_s) values ('p', 'x86_64', 4096, 'tiny', 'xfs', 1024, 512, 2, 2, 'w', 5);
insert into token (kind, name, hash) values ('runner', 'r', sha256('r'));
insert into machine (name, arch, cpus, memory_mb, runner_version, kernel_release, cpu_model, seen_at) values ('m1', 'x86_64', 2, 512, '1', '6', 'x', now()), ('m2', 'x86_64', 2, 512, '1', '6', 'x', now());
insert into revision (hash, tree_id, commit_id, is_plain) select encode(sha256(c.subject::bytea), 'hex'), t.id, c.id, true from tree t, commit c where c.subject in ('c1', 'c3', 'c4');
insert into run (tree_id, title, request, request_hash) select id, 'r', '{}', '' from tree;
insert into job (run_id, revision_id, profile_id, repeat, arch, priority, attempts_max, state, ended_at) select u.id, r.id, p.id, n, 'x86_64', 50, 3, 'done', now() from run u, revision r, profile p, generate_series(0, 1) n;
insert into attempt (job_id, number, machine_id, claim_id, claimed_at, lease_until, state, result, ended_at)
select j.id, 1, m.id, gen_random_uuid(), now(), now(), 'done', case when c.subject = 'c3' then 'no_build' else 'clean' end, now() from job j join revision r on r.id = j.revision_id join commit c on c.id = r.commit_id, machine m where m.name = 'm2';
insert into series (tree_id, profile_id, metric) select t.id, p.id, 'success_per_s' from tree t, profile p;
insert into point (series_id, attempt_id, claimed_at, commit_id, value)
select s.id, a.id, a.claimed_at, r.commit_id, case c.subject when 'c1' then 1000 else 500 end from series s, attempt a join job j on j.id = a.job_id join revision r on r.id = j.revision_id join commit c on c.id = r.commit_id where a.result = 'clean';
insert into change (series_id, kind, good_id, bad_id, low_id, high_id, before, before_low, before_high, after, after_low, after_high, noise, chance)
select s.id, 'level', g.id, b.id, b.id, b.id, ln(1001), 6, 7, ln(501), 6, 7, 0.1, 0.001 from series s, commit g, commit b where g.subject = 'c1' and b.subject = 'c4' returning id as change \gset

create temp table wanted as execute bisection_wanted_change;
select pg_temp.expect('nothing without a policy', count(*), 0::bigint) from wanted;
insert into tree_policy (tree_id, profiles, bisect_minutes) select t.id, array[p.id], 60 from tree t, profile p;
drop table wanted;
create temp table wanted as execute bisection_wanted_change;
select pg_temp.expect('nor before it is confirmed', count(*), 0::bigint) from wanted;
update change set state = 'confirmed';
drop table wanted;
create temp table wanted as execute bisection_wanted_change;
select pg_temp.expect('then it is', change_id || ' ' || budget_minutes, :'change' || ' 60') from wanted;
create temp table got as execute bisection_add_change(:'change', 60, null);
create temp table again as execute bisection_add_change(:'change', 60, null);
select pg_temp.expect('its edges are the ends, once', g.is_new and not a.is_new and a.id = g.id and x.older_id = c.good_id and x.newer_id = c.bad_id and x.kind = 'moved', true) from got g, again a, bisection x, change c;
select id as b from got \gset
drop table wanted;
create temp table wanted as execute bisection_wanted_change;
select pg_temp.expect('once', count(*), 0::bigint) from wanted;
create temp table none as execute bisection_add_change('999999', 60, null);
select pg_temp.expect('no such change', why, 'no_change') from none;
create temp table filled as execute bisection_fill(:b, 100);
select pg_temp.expect('what lies between', string_agg(c.subject, ' ' order by l.position), 'c1 c2 c3 c4') from bisection_commit l join commit c on c.id = l.commit_id;
create temp table "values" as execute bisection_values(:b);
select pg_temp.expect('values of the ends, and what does not build', string_agg(position || ' ' || what || case when value is not null then ' ' || round(change_unscale('success_per_s', value)) else '' end, ', ' order by position, attempt_id), '0 value 1000, 0 value 1000, 2 broken, 2 broken, 3 value 500, 3 value 500') from "values";
create temp table machines as execute bisection_machines(:b);
select pg_temp.expect('both machines may', string_agg(name, ' '), 'm1 m2') from machines;
insert into bisection_attempt (bisection_id, attempt_id, position, has_event, exposure, bits, value) select :b, v.attempt_id, v.position, false, 1, 1, v.value from "values" v where what = 'value' and position = 0;
drop table machines;
create temp table machines as execute bisection_machines(:b);
select pg_temp.expect('who gave values goes first', string_agg(name, ' '), 'm2 m1') from machines;
update bisection_attempt set has_event = true;
update bisection_commit set belief = 0.995 where position = 2;
update bisection set state = 'found', ended_at = now() where id = :b;
create temp table told as execute alert_decide_found;
select pg_temp.expect('what moved is named', thread || ' ' || title, 'change:' || :'change' || ' ' || left(lpad('3', 40, '0'), 12) || ' ("c3") moved ' || bisection_matter(:b) || ', t') from alert;
select pg_temp.expect('from where to where', bisection_matter(:b) ~ ', p: 1,000 -> 500', true);
select pg_temp.expect('and the mail says so', alert_payload(id, 'http://x') #>> '{search,text}' ~ ('change:       http://x/changes/' || :'change') and alert_payload(id, '') #>> '{search,opening}' ~ 'moved what is measured', true) from alert;
