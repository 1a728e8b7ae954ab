-- Jobs that wait too long are given up, and one job of a run can be taken back or hurried while it waits and while it runs.
\ir attempts.fixture
select t.id as tree, jsonb_build_array(min(r.id)) as revisions from tree t join revision r on r.tree_id = t.id group by t.id limit 1 \gset
select jsonb_build_array(min(id)) as profiles from profile \gset
update profile set queue_limit_s = 900;
execute run_insert(null, :tree, 'limited', 50, '{}', null, 'h', :'revisions', :'profiles', 3, '[]', null, null, null, null, 60) \gset run_
select pg_temp.expect('the run''s limit goes before the profile''s', array_agg(distinct expires_at - queued_at), array[interval '60 seconds']) from job where run_id = :run_id;
execute run_insert(null, :tree, 'as the profile says', 50, '{}', null, 'h', :'revisions', :'profiles', 1, '[]', null, null, null, null, null) \gset other_
select pg_temp.expect('the profile''s', expires_at - queued_at, interval '15 minutes') from job where run_id = :other_id;
create temp table early as execute job_expire;
select pg_temp.expect('not before its time', count(*), 0::bigint) from early;
select min(id) as first, max(id) as last, min(id) + 1 as mid from job where run_id = :run_id \gset j_
update job set queued_at = now() - interval '61 seconds', expires_at = now() - interval '1 second' where run_id = :run_id;
update job set state = 'running' where id = :j_last;
create temp table given_up as execute job_expire;
select pg_temp.expect('what waits, not what runs', array_agg(id), array[:j_first, :j_mid]::bigint[]) from given_up;
select pg_temp.expect('a result of its own', string_agg(state, ' ' order by id), 'expired expired running'::text) from job where run_id = :run_id;
update job set state = 'queued', queued_at = now() where id = :j_last;
select pg_temp.expect('queued again it may wait as long again', expires_at - queued_at, interval '60 seconds') from job where id = :j_last;
execute page_run(:'run_id') \gset
select pg_temp.expect('the run''s page says so', :'page'::json ->> 'expired', '2'::text);

execute job_priority(:'j_last', 90, null, true) \gset
select pg_temp.expect('a job changes its lane', job.priority || ' ' || lane.priority || ' ' || lane.is_open, '90 90 true'::text) from job join lane on lane.id = job.lane_id where job.id = :j_last;
execute job_cancel(:'j_last', null, true) \gset
select pg_temp.expect('a waiting job ends', state, 'cancelled'::text) from job where id = :j_last;
select job_id as running from attempt where id = :a1 \gset
update attempt set state = 'running' where id = :a1;
update job set state = 'running' where id = :running;
execute job_cancel(:'running', null, true) \gset
select pg_temp.expect('a running job goes on until its runner hears', state, 'running'::text) from job where id = :running;
execute attempt_beat(:a1, 60, 'boot', null, null, null) \gset
select pg_temp.expect('which is told', :'is_cancelled'::boolean, true);
execute api_job(:'running') \gset
select pg_temp.expect('and so is who asks', (:'body'::json -> 'job' ->> 'cancelled_at') is not null, true);
create temp table none as execute job_cancel('9999999', null, true);
select pg_temp.expect('no such job', count(*), 0::bigint) from none;
