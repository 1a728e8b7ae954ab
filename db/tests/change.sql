-- Changes that are no step between two neighbours: drifts, and what is tried at the ends of both levels. How they are kept and told.
\ir expect.fixture
insert into tree (name, kind, url, branch) values ('t', 'git', 'file:///t', 'main');
insert into commit (sha, subject, author, authored_at, committed_at) select lpad(to_hex(n), 12, '0') || repeat('0', 28), 'c' || n, 'A', now(), now() from generate_series(0, 15) n;
insert into tree_commit (tree_id, commit_id, ordinal) select t.id, c.id, substr(c.subject, 2)::integer from tree t, commit c;
insert into profile (name, arch, page_size, config, fs, block_size, memory_mb, cpus, numa_nodes, workload, duration_s) values ('p', 'x86_64', 4096, 'tiny', 'xfs', 1024, 512, 2, 2, 'w', 5);
insert into series (tree_id, profile_id, metric) select t.id, p.id, m from tree t, profile p, unnest(array['success_per_s', 'fail_ratio']) m;
create function pg_temp.c(n integer) returns bigint language sql as $$ select id from commit where subject = 'c' || $1 $$;
create function pg_temp.s(m text) returns bigint language sql as $$ select id from series where metric = $1 $$;
create function pg_temp.sides(c change) returns text language sql as $$ select g.subject || '..' || b.subject || ' ' || round(c.before) || '-' || round(c.after) from commit g, commit b where g.id = c.good_id and b.id = c.bad_id $$;

-- A drift grows with the points until it is tried, and then is what was claimed of its ends.
create temp table made as execute change_put(null, pg_temp.s('success_per_s'), 'slope', pg_temp.c(2), pg_temp.c(8), pg_temp.c(2), pg_temp.c(3), 1, 1, 1, 5, 5, 5, 0.1, 0.001);
select id as drift from made \gset
drop table made;
execute change_put(:drift, pg_temp.s('success_per_s'), 'slope', pg_temp.c(2), pg_temp.c(10), pg_temp.c(2), pg_temp.c(3), 1, 1, 1, 6, 6, 6, 0.1, 0.001);
select pg_temp.expect('it grows', pg_temp.sides(c), 'c2..c10 1-6') from change c where id = :drift;
insert into change_trial (tree_id, profile_id, good_id, bad_id) select t.id, p.id, pg_temp.c(2), pg_temp.c(10) from tree t, profile p;
update change set trial_id = (select id from change_trial) where id = :drift;
execute change_put(:drift, pg_temp.s('success_per_s'), 'slope', pg_temp.c(2), pg_temp.c(14), pg_temp.c(2), pg_temp.c(3), 1, 1, 1, 9, 9, 9, 0.2, 0.002);
select pg_temp.expect('what is tried stays, and what is claimed of it', pg_temp.sides(c) || ' ' || c.noise || ' ' || c.chance || ' ' || (c.trial_id is not null), 'c2..c10 1-6 0.2 0.002 true') from change c where id = :drift;
select pg_temp.expect('its values are those of its ends', round((w ->> 'before')::numeric, 2) || ' ' || round((w ->> 'after')::numeric, 1) || ' ' || (w ->> 'kind'), '1.72 402.4 slope') from change_words(:drift) w;

-- What its edges do not show gets the ends of both levels, and keeps them.
create temp table made as execute change_put(null, pg_temp.s('fail_ratio'), 'level', pg_temp.c(5), pg_temp.c(6), pg_temp.c(5), pg_temp.c(7), 1, 1, 1, 2, 2, 2, 0.1, 0.001);
select id as step from made \gset
insert into change_trial (tree_id, profile_id, good_id, bad_id) select t.id, p.id, pg_temp.c(5), pg_temp.c(6) from tree t, profile p;
update change set trial_id = (select max(id) from change_trial), trial_pairs = 3, trial_chance = 0.5 where id = :step;
execute change_widen(:step, pg_temp.c(1), pg_temp.c(12));
select pg_temp.expect('the ends, untried', pg_temp.sides(c) || ' ' || c.is_wide || ' ' || (c.trial_id is null) || ' ' || c.trial_pairs, 'c1..c12 1-2 true true 0') from change c where id = :step;
select pg_temp.expect('it says so', note, 'attempts of 000000000005 and 000000000006 in turn do not show it: the ends of both levels are tried') from change_history where change_id = :step;
execute change_put(:step, pg_temp.s('fail_ratio'), 'level', pg_temp.c(6), pg_temp.c(7), pg_temp.c(5), pg_temp.c(7), 1, 1, 1, 3, 3, 3, 0.1, 0.001);
select pg_temp.expect('its sides stay, its levels are those of today', pg_temp.sides(c), 'c1..c12 1-3') from change c where id = :step;
create temp table listed as execute change_list(pg_temp.s('fail_ratio'));
select pg_temp.expect('the stage knows', is_wide || ' ' || low || ' ' || high || ' ' || at, 'true 5 7 12') from listed;
update change set state = 'confirmed' where id = :step;
execute change_widen(:step, pg_temp.c(0), pg_temp.c(15));
select pg_temp.expect('what is decided is not widened', pg_temp.sides(c), 'c1..c12 1-3') from change c where id = :step;

-- What moved at one place within a drift is another matter than the drift.
update change set state = 'confirmed' where id = :drift;
create temp table told as execute alert_decide_changes;
drop table told;
create temp table told as execute alert_decide_changes;
select pg_temp.expect('two alerts', string_agg(a.title, '; ' order by c.kind), m.title || ' moved, t from 000000000001 to 00000000000c; ' || n.title || ' drifts, t from 000000000002 to 00000000000a')
from alert a join change c on c.alert_id = a.id, metric m, metric n where m.name = 'fail_ratio' and n.name = 'success_per_s' group by m.title, n.title;
drop table told;
create temp table told as execute alert_decide_changes;
select pg_temp.expect('once', alerts, '{}') from told;
