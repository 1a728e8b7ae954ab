-- How the jobs of a run ended does not change any more once all have: kept, so that a list of runs need not count each job of each run.

alter table run add column states jsonb;
create index run_unsettled on run (id) where states is null;
comment on column run.states is 'How many of its jobs ended in which state, {"done": 12}, kept when all had ended; null: who wants to know counts them.';

create or replace function run_jobs(run_id bigint) returns table (total bigint, ended bigint, active bigint, failed bigint, states json)
language sql stable parallel safe as $$
	select coalesce(sum(n), 0)::bigint, coalesce(sum(n) filter (where state in ('done', 'failed', 'lost', 'cancelled', 'expired')), 0)::bigint,
		coalesce(sum(n) filter (where state in ('leased', 'running')), 0)::bigint, coalesce(sum(n) filter (where state in ('failed', 'lost', 'expired')), 0)::bigint,
		json_build_object('total', coalesce(sum(n), 0), 'queued', coalesce(sum(n) filter (where state = 'queued'), 0),
			'leased', coalesce(sum(n) filter (where state = 'leased'), 0), 'running', coalesce(sum(n) filter (where state = 'running'), 0),
			'done', coalesce(sum(n) filter (where state = 'done'), 0), 'failed', coalesce(sum(n) filter (where state = 'failed'), 0),
			'lost', coalesce(sum(n) filter (where state = 'lost'), 0), 'cancelled', coalesce(sum(n) filter (where state = 'cancelled'), 0),
			'expired', coalesce(sum(n) filter (where state = 'expired'), 0))
	from (select e.key as state, e.value::bigint as n from run r cross join lateral jsonb_each_text(r.states) e where r.id = $1
		union all
		select job.state, count(*) from job where job.run_id = $1 and (select r.states is null from run r where r.id = $1) group by job.state) of_state
$$;

create function run_settle(rest interval) returns bigint
language plpgsql as $$
declare
	settled bigint;
begin
	with over as materialized (
		select r.id from run r
		where r.states is null and r.created_at <= now() - $1
			and not exists (select from job j where j.run_id = r.id and (j.state in ('queued', 'leased', 'running') or j.ended_at > now() - $1))
		order by r.id limit 1000 for update of r skip locked
	), kept as (
		update run set states = coalesce((select jsonb_object_agg(s.state, s.n) from (select j.state, count(*) as n from job j where j.run_id = over.id group by j.state) s), '{}')
		from over where run.id = over.id
		returning run.id
	)
	select count(*) into settled from kept;
	return settled;
end $$;
comment on function run_settle(interval) is 'Keeps how the jobs ended of runs, 1,000 at once, all of whose jobs have for so long. A lost job whose runner is heard again takes that back. Answers how many.';
select run_settle(interval '0');
