-- A machine's owner hears of it without a subscription: when it falls silent and when it is taken out. And who orders runs may name only so
-- many to be told in a day.

alter table machine add column owner_id bigint references subscription (id);
comment on column machine.owner_id is 'Who is told when it is silent or taken out, whatever subscriptions say: a subscription, of which an address that was given becomes one; null: nobody in particular.';

-- The kinds of change that there are, and one more.
do $$
declare
	words text := (select pg_get_constraintdef(oid) from pg_constraint where conname = 'machine_change_what_check');
begin
	if position('''owner''' in words) = 0 then
		alter table machine_change drop constraint machine_change_what_check;
		execute 'alter table machine_change add constraint machine_change_what_check ' || replace(words, '''state''::text', '''state''::text, ''owner''::text');
	end if;
end $$;
comment on column machine_change.what is 'Which of its columns: state, health, heard (is_heard: yes or no), slots, golden (golden_attempt_id), owner (as pages show it).';

create or replace function alert_deliver(alerts bigint[]) returns bigint
language sql as $$
	with matched as (
		select a.id as alert_id, a.thread, s.id as subscription_id, s.digest_hours
		from alert a join subscription s on s.state = 'active'
			and (s.kinds = '{}' or a.kind = any (s.kinds))
			and severity_rank(a.severity) >= severity_rank(s.severity)
			and (s.path is null or exists (select from unnest(a.paths) p where starts_with(p, s.path)))
			and ((s.tree_id is null and s.profile_id is null) or exists (
				select from alert_place l where l.alert_id = a.id and l.tree_id = coalesce(s.tree_id, l.tree_id) and l.profile_id = coalesce(s.profile_id, l.profile_id)))
		where a.id = any ($1) and not alert_is_muted(a.thread)
	), wanted as (
		select * from matched
		union all
		select a.id, a.thread, s.id, 0
		from alert a join machine m on m.id = a.machine_id join subscription s on s.id = m.owner_id and s.state <> 'paused'
		where a.id = any ($1) and not alert_is_muted(a.thread) and not exists (select from matched o where o.alert_id = a.id and o.subscription_id = s.id)
	), single as (
		insert into delivery (subscription_id, thread) select subscription_id, thread from wanted where digest_hours = 0
		returning id, subscription_id, thread
	), gathering as (
		insert into delivery (subscription_id, is_digest, due_at)
		select subscription_id, true, now() + digest_hours * interval '1 hour' from wanted where digest_hours > 0 group by subscription_id, digest_hours
		on conflict (subscription_id) where is_digest and content is null and state = 'waiting' do update set due_at = delivery.due_at
		returning id, subscription_id
	), told as (
		insert into delivery_alert (delivery_id, alert_id)
		select s.id, w.alert_id from wanted w join single s on s.subscription_id = w.subscription_id and s.thread = w.thread where w.digest_hours = 0
		union
		select g.id, w.alert_id from wanted w join gathering g on g.subscription_id = w.subscription_id where w.digest_hours > 0
		returning alert_id
	)
	select count(*) from told
$$;

create function token_people(token_id bigint) returns table (id bigint)
language sql stable as $$
	with recursive up (id, owner_id) as (
		select t.id, t.owner_id from token t where t.id = $1
		union all
		select o.id, o.owner_id from up join token o on o.id = up.owner_id and o.kind <> 'admin'
	)
	select f.id from token_family((select up.id from up where not exists (select from token o where o.id = up.owner_id and o.kind <> 'admin') limit 1)) f
$$;
comment on function token_people(bigint) is 'The tokens of the same person: up to the one that an operator or an admin has made, and all that was made with that.';

create index run_notified on run (token_id, created_at) where notify_id is not null;

-- What is told of an attempt names its tree's repository: as readers see it.
do $$
declare
	f record;
begin
	for f in select oid from pg_proc where pronamespace = 'public'::regnamespace and prosrc ~ '(''git'', t\.url|t\.url as git)' loop
		execute replace(replace(pg_get_functiondef(f.oid), '''git'', t.url', '''git'', url_shown(t.url)'), 't.url as git', 'url_shown(t.url) as git');
	end loop;
end $$;
