-- A run may name who is told when it ends: a subscription, or a mail address, which becomes a subscription that hears of such runs only.

alter table subscription add column is_direct boolean not null default false,
	drop constraint subscription_state_check,
	add constraint subscription_state_check check (state in ('active', 'paused', 'direct'));
create unique index subscription_direct on subscription (target) where is_direct;
comment on column subscription.state is 'active; paused: nothing is sent; direct: only of the runs that name it.';
comment on column subscription.is_direct is 'Made from the address that a run named: it never becomes active.';

alter table run add column notify_id bigint references subscription (id), add column told_at timestamptz;
create index run_untold on run (id) where notify_id is not null and told_at is null;
comment on column run.notify_id is 'Who is told when it ends; null: nobody.';
comment on column run.told_at is 'When that was decided.';

alter table delivery add column run_id bigint references run (id);
create unique index delivery_run on delivery (run_id);
comment on column delivery.run_id is 'The run whose end it tells; null: it tells of alerts.';
comment on column delivery.thread is 'The alert''s thread, or run:7; null for digests.';

-- By profile, how a run's jobs ended, as their last attempts say.
create function run_ends(run_id bigint) returns table (profile text, jobs bigint, clean bigint, bad bigint, other bigint, exposure numeric)
language sql stable as $$
	select p.name, count(*), count(*) filter (where a.result = 'clean'), count(*) filter (where a.result in ('crash', 'hang')),
		count(*) filter (where coalesce(a.result, '') not in ('clean', 'crash', 'hang')), sum(a.exposure)
	from job j join profile p on p.id = j.profile_id left join attempt a on a.job_id = j.id and a.number = j.attempts
	where j.run_id = $1
	group by p.name
$$;
comment on function run_ends(bigint) is 'By profile, a run''s jobs: all, clean ones, crashed or hung ones, others; and the migrations that their last attempts tried.';

create function run_payload(run_id bigint, base text) returns jsonb
language sql stable as $$
	select jsonb_strip_nulls(jsonb_build_object(
		'kind', 'run_ended', 'url', $2 || '/runs/' || ru.id, 'at', to_char(ru.told_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'verdict', v.verdict,
		'title', case v.verdict when 'cancelled' then 'cancelled' when 'clean' then 'clean' when 'bad' then n.bad || ' of ' || n.jobs || ' crashed or hung' else n.other || ' of ' || n.jobs || ' without a verdict' end || ': ' || ru.title,
		'run', jsonb_build_object('id', ru.id, 'title', ru.title, 'tree', t.name, 'by', k.name, 'jobs', n.jobs, 'clean', n.clean, 'bad', n.bad, 'other', n.other, 'exposure', n.exposure,
			'profiles', (select jsonb_agg(to_jsonb(e) order by e.profile) from run_ends(ru.id) e), 'compare', run_compare(ru.id)::jsonb),
		'bugs', (select jsonb_agg(jsonb_build_object('title', b.title, 'url', $2 || '/bugs/' || b.id, 'attempts', x.attempts) order by x.attempts desc, b.id)
			from (select o.bug_id, count(distinct a.id) as attempts from job j join attempt a on a.job_id = j.id join occurrence o on o.attempt_id = a.id and o.claimed_at = a.claimed_at
				where j.run_id = ru.id group by o.bug_id) x join bug b on b.id = x.bug_id)))
	from run ru join tree t on t.id = ru.tree_id left join token k on k.id = ru.token_id
		cross join (select sum(jobs) as jobs, sum(clean) as clean, sum(bad) as bad, sum(other) as other, sum(exposure) as exposure from run_ends($1)) n
		cross join lateral (select case when ru.cancelled_at is not null then 'cancelled' when n.bad > 0 then 'bad' when n.other > 0 then 'unclear' else 'clean' end as verdict) v
	where ru.id = $1
$$;
comment on function run_payload(bigint, text) is 'All that is told of a run that has ended. The second argument is what addresses begin with.';
