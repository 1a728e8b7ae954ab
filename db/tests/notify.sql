-- Who a run names is told of its end once, when its numbers are there, and of nothing else.
\ir attempts.fixture
select run_id as run from job limit 1 \gset
insert into subscription (name, channel, target) values ('team', 'mail', 'team@x.org');
execute run_notify_find('jane@x.org', null) \gset a_
execute run_notify_find('jane@x.org', null) \gset b_
select pg_temp.expect('one for each address', :a_id, :b_id);
execute run_notify_find('team', null) \gset t_
select pg_temp.expect('a name is a subscription''s', name, 'team'::text) from subscription where id = :t_id;
create temp table nobody as execute run_notify_find('nobody', null);
select pg_temp.expect('no such name', count(*), 0::bigint) from nobody;
select pg_temp.expect('it hears of no alert', state, 'direct'::text) from subscription where id = :a_id;
insert into subscription (name, channel, target, is_public) values ('list', 'mail', 'linux-x@x.org', true);
execute run_notify_find('Linux-X@x.org', null) \gset l_
select pg_temp.expect('a public list is its subscription, whose mails a person approves', name, 'list'::text) from subscription where id = :l_id;
update run set notify_id = :a_id where id = :run;
execute run_tell \gset
select pg_temp.expect('not while it runs', :runs, 0);
update attempt set state = 'done', result = 'crash', exposure = 70, ended_at = now() where id = :a1;
update attempt set state = 'done', result = 'clean', exposure = 50, ended_at = now() where id <> :a1;
update job set state = 'done', attempts = (select max(number) from attempt where job_id = job.id), ended_at = now() where run_id = :run;
insert into work_item (stage, attempt_id) values ('measure', :a1) on conflict do nothing;
execute run_tell \gset
select pg_temp.expect('not while an attempt is measured', :runs, 0);
delete from work_item;
execute run_tell \gset
select pg_temp.expect('then', :runs, 1);
execute run_tell \gset
select pg_temp.expect('once', :runs, 0);
execute delivery_write_next('https://x') \gset
select pg_temp.expect('what it says', concat_ws(' ', :'alerts'::json -> 0 ->> 'kind', :'alerts'::json -> 0 ->> 'verdict', :'alerts'::json -> 0 -> 'run' ->> 'bad', :'alerts'::json -> 0 ->> 'url'), 'run_ended bad 1 https://x/runs/' || :run);
update delivery set content = 'x';
execute delivery_take \gset d_
select pg_temp.expect('it is sent', :'d_target'::text, 'jane@x.org'::text);
execute subscription_put(:a_id, 1, '{"name": "notify-x", "state": "paused", "channel": "mail", "target": "jane@x.org", "kinds": [], "severity": "low", "digest_hours": 0, "public": false, "regzbot": false}', null) \gset
execute run_notify_find('jane@x.org', null) \gset c_
select pg_temp.expect('who wants no more is asked no more', :'c_is_paused'::text, 't'::text);
execute subscription_put(:a_id, 2, '{"name": "notify-x", "state": "active", "channel": "mail", "target": "jane@x.org", "kinds": [], "severity": "low", "digest_hours": 0, "public": false, "regzbot": false}', null) \gset
select pg_temp.expect('and never hears of alerts', state, 'direct'::text) from subscription where id = :a_id;
