-- What is told: each bug once, when its attempts have ended; machines and queues as long as it lasts; to whom it fits.
\ir attempts.fixture

execute bug_add('kernel BUG in f', 'BUG', 'linux', 'new') \gset b_
execute bug_add('WARNING in g', 'WARNING', 'linux', 'invalid') \gset c_
insert into occurrence (attempt_id, claimed_at, start_byte, end_byte, bug_id, title, reader_version, is_corrupted, report)
	values (:a1, :'claimed', 0, 10, :b_id, 'kernel BUG in f', 1, false, '{"text": "kernel BUG at fs/iomap/f.c:12!\n", "file": "mm/g.c"}');
select pg_temp.expect('only what a reader has found', count(*), 1::bigint) from alert_item;
execute alert_decide_bugs \gset
select pg_temp.expect('not while its attempt runs', :'alerts'::text, '{}');
update attempt set state = 'done', ended_at = now() where id in (:a1, :a2);
execute alert_decide_bugs \gset
select pg_temp.expect('told', kind || ' ' || thread || ' ' || severity || ' ' || paths::text, 'bug_new bug:' || :b_id || ' high {fs/iomap/f.c,mm/g.c}') from alert;
select pg_temp.expect('where', count(*), 1::bigint) from alert_place;
insert into alert_item (bug_id, kind) values (:b_id, 'bug_new');
execute alert_decide_bugs \gset
select pg_temp.expect('once', count(*), 1::bigint) from alert;

insert into subscription (name, channel, target, path, severity, digest_hours) values ('all', 'mail', 'a@b.c', null, 'low', 0), ('iomap', 'mail', 'a@b.c', 'fs/iomap/', 'high', 0),
	('ext4', 'mail', 'a@b.c', 'fs/ext4/', 'low', 0), ('daily', 'mail', 'a@b.c', null, 'low', 24), ('builds', 'mail', 'a@b.c', null, 'low', 0), ('crashes', 'mail', 'a@b.c', null, 'low', 0);
update subscription set what = case name when 'builds' then array['build', 'warning'] else array['crash'] end where name in ('builds', 'crashes');
select alert_deliver(array[(select id from alert)]) as told \gset
select pg_temp.expect('what it chooses is shown', shown ->> 'what', '["build", "warning"]') from subscription_told t join subscription s on s.id = t.subscription_id and s.name = 'builds';
select pg_temp.expect('to whom it fits', string_agg(s.name, ' ' order by s.name), 'all crashes daily iomap') from delivery d join subscription s on s.id = d.subscription_id;
insert into alert_mute (thread, until) select thread, 'infinity' from alert;
select alert_deliver(array[(select id from alert)]) as told \gset
select pg_temp.expect('muted', :told, 0);

-- Gaps grow, and the tenth try is the last.
update delivery set content = 'x', message_id = id || '@x' where not is_digest;
update delivery set state = 'sent' where id <> (select min(id) from delivery);
execute delivery_take \gset d_
select pg_temp.expect('a gap of half a minute', due_at - now(), interval '30 seconds') from delivery where id = :d_id;
select pg_temp.expect('nothing else is due', count(*), 0::bigint) from delivery where state = 'waiting' and due_at <= now();
update delivery set tries = 3, due_at = now() where id = :d_id;
execute delivery_take \gset d_
select pg_temp.expect('a gap of half an hour', due_at - now(), interval '1920 seconds') from delivery where id = :d_id;
execute delivery_sent(:d_id, 'no route', false, false);
select pg_temp.expect('waits', state || ' ' || error, 'waiting no route') from delivery where id = :d_id;
update delivery set tries = 10 where id = :d_id;
execute delivery_sent(:d_id, 'no route', false, false);
select pg_temp.expect('given up', state, 'given_up') from delivery where id = :d_id;

insert into listening (since, seen_at, lease_s) values (now() - interval '1 hour', now(), 60);
update machine set seen_at = now() - interval '11 minutes';
execute alert_decide_machines \gset
execute alert_decide_machines \gset
select pg_temp.expect('lost, and told once', count(*), 1::bigint) from alert where kind = 'machine_lost' and ended_at is null;
update machine set seen_at = now();
execute alert_decide_machines \gset
select pg_temp.expect('heard again', count(*), 0::bigint) from alert where kind = 'machine_lost' and ended_at is null;
update machine set health = 'bad' where id = (select min(id) from machine);
execute alert_decide_machines \gset
select pg_temp.expect('taken out', max(title) like 'machine % was taken out: it is bad', true) from alert where kind = 'machine_bad' and ended_at is null;
update machine set seen_at = now() - interval '11 minutes' where health = 'bad';
execute alert_decide_machines \gset
select pg_temp.expect('and silent besides', string_agg(kind, ' ' order by kind), 'machine_bad machine_lost') from alert where kind like 'machine%' and ended_at is null;
update machine set state = 'maintenance';
execute alert_decide_machines \gset
select pg_temp.expect('over', count(*), 0::bigint) from alert where kind like 'machine%' and ended_at is null;

update job set state = 'queued', queued_at = now() - interval '16 minutes';
execute alert_decide_queues \gset
select pg_temp.expect('something runs', count(*), 0::bigint) from alert where kind = 'queue_stuck';
update attempt set state = 'done', ended_at = now(), started_at = now() - interval '1 hour';
execute alert_decide_queues \gset
execute alert_decide_queues \gset
select pg_temp.expect('stuck, and told once', count(*), 1::bigint) from alert where kind = 'queue_stuck' and ended_at is null;
update job set state = 'cancelled';
execute alert_decide_queues \gset
select pg_temp.expect('empty', count(*), 0::bigint) from alert where kind = 'queue_stuck' and ended_at is null;
