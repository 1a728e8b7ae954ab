-- A run that changes something, beside what its base gave.
\ir attempts.fixture
select run_id as run from job limit 1 \gset
select pg_temp.expect('nothing came of it yet', run_compare(:run)::text, '[{"profile" : "p", "base" : null, "with" : null}]');
update attempt set state = 'done', result = 'crash', exposure = 70, ended_at = now() where id = :a1;
update attempt set state = 'done', result = 'clean', exposure = 50, ended_at = now() where id = :a2;
update attempt set state = 'done', result = 'clean', exposure = 60, ended_at = now() where id = :a3;
update attempt set state = 'failed', result = 'fault' where id = :a4;
select pg_temp.expect('each side', run_compare(:run)::text,
	'[{"profile" : "p", "base" : {"attempts" : 2, "clean" : 1, "bad" : 1, "exposure" : 120}, "with" : {"attempts" : 1, "clean" : 1, "bad" : 0, "exposure" : 60}}]');
execute page_run(:'run') \gset
select pg_temp.expect('on the page', :'page'::json -> 'compare' -> 0 -> 'base' ->> 'bad', '1');
insert into run (tree_id, title, request, request_hash) select id, 'plain', '{}', 'h' from tree returning id as plain \gset
insert into job (run_id, revision_id, profile_id, repeat, arch, priority, attempts_max) select :plain, v.id, p.id, 0, 'x86_64', 50, 1 from revision v, profile p where v.is_plain;
select pg_temp.expect('a run of a plain commit changes nothing', run_compare(:plain)::text, null);
