-- Who may take back what was ordered, and that it is written down.
\ir attempts.fixture

insert into token (kind, name, hash) values ('trigger', 'ann', sha256('a')), ('trigger', 'bob', sha256('b')), ('admin', 'root', sha256('r'));
insert into token (kind, name, hash, owner_id) select 'trigger', 'ann-script', sha256('s'), id from token where name = 'ann';
select id as ann from token where name = 'ann' \gset
select id as bob from token where name = 'bob' \gset
select id as root from token where name = 'root' \gset
select id as script from token where name = 'ann-script' \gset
update run set token_id = :script;
select id as run from run \gset
insert into job (run_id, revision_id, profile_id, repeat, arch, priority, attempts_max)
	select run_id, revision_id, profile_id, repeat + 10, arch, 50, 3 from job where repeat in (1, 2) order by id;
select min(id) as j1, max(id) as j2 from job where state = 'queued' \gset

create function pg_temp.changes() returns text language sql as $$
	select coalesce(string_agg(t.name || ' ' || run_change_words(x.what, x.priority, case when x.job_id is null then null else x.job_id - (select min(id) from job) end), ', ' order by x.id), '') from run_change x left join token t on t.id = x.token_id
$$;

execute run_cancel(:run, :bob, false) \gset
select pg_temp.expect('somebody else''s is refused, and says whose it is', array[:'is_allowed', :'owner'], array['f', 'ann-script']);
execute run_priority(:run, 90, :bob, false) \gset
select pg_temp.expect('so is another priority', array[:'is_allowed', :'owner'], array['f', 'ann-script']);
execute job_cancel(:'j1', :bob, false) \gset
select pg_temp.expect('so is a job', array[:'is_allowed', :'owner'], array['f', 'ann-script']);
execute job_priority(:'j1', 90, :bob, false) \gset
select pg_temp.expect('and its priority', array[:'is_allowed', :'owner'], array['f', 'ann-script']);
select pg_temp.expect('nothing has changed', (select bool_and(cancelled_at is null and priority = 50) from run) and (select bool_and(state <> 'cancelled' and cancelled_at is null and priority = 50) from job), true);
select pg_temp.expect('and nothing is written down', pg_temp.changes() || (select count(*) from event), '0');

execute run_priority(:run, 90, :ann, false) \gset
select pg_temp.expect('what a token made with it has ordered is one''s own', array[:'is_allowed', (select priority::text from run)], array['t', '90']);
execute run_priority(:run, 90, :ann, false) \gset
execute job_priority(:'j1', 95, :script, false) \gset
execute job_cancel(:'j1', :script, false) \gset
execute job_cancel(:'j1', :ann, false) \gset
execute run_cancel(:run, :root, true) \gset
execute run_cancel(:run, :ann, false) \gset
select pg_temp.expect('who did what, each once', pg_temp.changes(), 'ann given priority 90, ann-script job 4 given priority 95, ann-script job 4 cancelled, root cancelled');
select pg_temp.expect('and it is done', (select string_agg(state, ' ' order by id) from job where repeat > 10), 'cancelled cancelled');

execute run_show(:'run') \gset
select pg_temp.expect('as JSON', (select string_agg(concat_ws(' ', c ->> 'by', c ->> 'what', c ->> 'priority'), ', ' order by n) from json_array_elements(:'body'::json #> '{run,changes}') with ordinality x (c, n)), 'ann priority 90, ann-script priority 95, ann-script cancel, root cancel');
execute api_job(:'j1') \gset
select pg_temp.expect('of a job', (select string_agg(c ->> 'by', ', ') from json_array_elements(:'body'::json #> '{job,changes}') c), 'ann-script, ann-script');
execute page_run(:'run') \gset
select pg_temp.expect('on the page', :'page'::json #>> '{changes,3,words}' || ' by ' || (:'page'::json #>> '{changes,3,by}'), 'cancelled by root');
select pg_temp.expect('nothing waits there any more', :'page'::json ->> 'waiting', null);
update run set cancelled_at = null;
update job set state = 'queued', ended_at = null, cancelled_at = null where id = :j2;
execute page_run(:'run') \gset
select pg_temp.expect('what waits has what a form needs', concat_ws(' ', :'page'::json #>> '{waiting,0,job}' = :'j2', :'page'::json #>> '{waiting,0,hurry}', :'page'::json ->> 'is_open'), 't 100 true');

-- A policy's run is nobody's.
update run set token_id = null;
execute run_cancel(:run, :ann, false) \gset
select pg_temp.expect('only an admin may change it', :'is_allowed'::text, 'f');
execute job_cancel(:'j2', :root, true) \gset
select pg_temp.expect('an admin may', :'is_allowed'::text, 't');
create temp table none as execute run_cancel(9999999, :ann, true);
select pg_temp.expect('no such run', count(*), 0::bigint) from none;
