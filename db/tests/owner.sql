-- Whose a machine is, who is told of it, and how many runs of a person may name somebody.
\ir attempts.fixture
insert into token (kind, name, hash) values ('admin', 'root', sha256('r')), ('trigger', 'ann', sha256('a'));
insert into token (kind, name, hash, owner_id) select 'trigger', 'ann-script', sha256('s'), id from token where name = 'ann';
insert into token (kind, name, hash, owner_id) select 'trigger', 'bob', sha256('b'), id from token where name = 'root';
insert into token (kind, name, hash, owner_id) select 'trigger', 'eve', sha256('e'), id from token where name = 'root';
select id as root from token where name = 'root' \gset
create function pg_temp.told() returns text language sql as $$
	select coalesce(string_agg(s.target || ' ' || a.kind, ', ' order by s.target, a.kind), '') from delivery d join subscription s on s.id = d.subscription_id join delivery_alert x on x.delivery_id = d.id join alert a on a.id = x.alert_id
$$;

execute machine_owner('m', 'jane@example.org', :root, 'hers') \gset
select pg_temp.expect('an address hears of nothing else', (select state from subscription where target = 'jane@example.org'), 'direct');
select pg_temp.expect('the history says it, without the address', (select after || ' ' || note from machine_change where what = 'owner') !~ 'jane@', true);
update machine set health = 'bad', health_why = 'no disk; three times';
execute alert_decide_machines \gset
execute alert_deliver(:'alerts') \gset
select pg_temp.expect('the owner is told without a subscription', pg_temp.told(), 'jane@example.org machine_bad');
delete from delivery_alert; delete from delivery; update alert set ended_at = now();

insert into subscription (name, channel, target, kinds) values ('lab', 'mail', 'lab@example.org', '{machine_lost}'), ('bugs', 'mail', 'bugs@example.org', '{bug_new}');
insert into listening (since, seen_at, lease_s) values (now() - interval '1 hour', now(), 60);
update machine set health = 'good', seen_at = now() - interval '1 hour';
execute alert_decide_machines \gset
execute alert_deliver(:'alerts') \gset
select pg_temp.expect('beside those who subscribed', pg_temp.told(), 'jane@example.org machine_lost, lab@example.org machine_lost');
delete from delivery_alert; delete from delivery; update alert set ended_at = now();

execute machine_owner('m', 'lab', :root, null) \gset
execute alert_decide_machines \gset
execute alert_deliver(:'alerts') \gset
select pg_temp.expect('who is both is told once', pg_temp.told(), 'lab@example.org machine_lost');
delete from delivery_alert; delete from delivery; update alert set ended_at = now(); update subscription set state = 'paused' where name = 'lab';
execute alert_decide_machines \gset
execute alert_deliver(:'alerts') \gset
select pg_temp.expect('who is paused is not told', pg_temp.told(), '');
execute machine_owner('m', null, :root, null) \gset
select pg_temp.expect('nobody''s again', (select owner_id from machine), null);
create temp table none as execute machine_owner('nope', 'jane@example.org', :root, null);
select pg_temp.expect('no such machine', count(*), 0::bigint) from none;
savepoint before;
\set ON_ERROR_STOP 0
\set VERBOSITY sqlstate
\o /dev/null
execute machine_owner('m', 'nobody', :root, null);
\o
\set refused :SQLSTATE
\set ON_ERROR_STOP 1
rollback to before;
select pg_temp.expect('no such subscription', :'refused'::text, '23503');

insert into run (tree_id, title, request, request_hash, token_id, notify_id) select r.tree_id, 'x', '{}', k.name, k.id, s.id from (select tree_id from run limit 1) r, token k, subscription s where k.name in ('ann', 'ann-script', 'bob') and s.name = 'bugs';
update run set created_at = now() - interval '2 days' where request_hash = 'ann';
insert into run (tree_id, title, request, request_hash, token_id) select tree_id, 'x', '{}', 'quiet', (select id from token where name = 'ann') from run limit 1;
select id as ann from token where name = 'ann' \gset
select id as script from token where name = 'ann-script' \gset
select id as bob from token where name = 'bob' \gset
select id as eve from token where name = 'eve' \gset
execute run_notify_used(:ann) \gset
select pg_temp.expect('a person''s tokens count together, a day', :runs, 1);
execute run_notify_used(:script) \gset
select pg_temp.expect('whichever asks', :runs, 1);
execute run_notify_used(:bob) \gset
select pg_temp.expect('another''s count apart', :runs, 1);
execute run_notify_used(:eve) \gset
select pg_temp.expect('also where an admin has made both', :runs, 0);
