-- A job may wait too long, and one job of a run can be taken back or hurried.

alter table profile add column queue_limit_s integer check (queue_limit_s between 1 and 31536000);
alter table run add column queue_limit_s integer check (queue_limit_s between 1 and 31536000);
comment on column profile.queue_limit_s is 'A job that waits longer than this is given up, seconds; null: it waits as long as it takes.';
comment on column run.queue_limit_s is 'The same for this run''s jobs, in place of the profile''s.';

alter table job add column queue_limit_s integer, add column expires_at timestamptz, add column cancelled_at timestamptz,
	drop constraint job_state_check,
	add constraint job_state_check check (state in ('queued', 'leased', 'running', 'done', 'failed', 'lost', 'cancelled', 'expired'));
create index job_expiring on job (expires_at) where state = 'queued' and expires_at is not null;
comment on column job.state is 'queued, leased (claimed, not yet confirmed), running, done, failed, lost, cancelled, expired (it waited longer than its queue limit).';
comment on column job.queue_limit_s is 'How long it may wait each time it is queued, seconds: the run''s or the profile''s; null: without end.';
comment on column job.expires_at is 'When it is given up unless a machine has taken it; kept by a trigger.';
comment on column job.cancelled_at is 'Set: somebody took this one job back.';

create function job_expiry() returns trigger
language plpgsql as $$
begin
	new.expires_at := new.queued_at + new.queue_limit_s * interval '1 second';
	return new;
end $$;
comment on function job_expiry() is 'When a job that is queued is given up.';
create trigger job_expiry before insert or update of state on job for each row when (new.queue_limit_s is not null and new.state = 'queued') execute function job_expiry();

create or replace function run_jobs(run_id bigint) returns table (total bigint, ended bigint, active bigint, failed bigint, states json)
language sql stable parallel safe as $$
	select coalesce(sum(n), 0)::bigint, coalesce(sum(n) filter (where state in ('done', 'failed', 'lost', 'cancelled', 'expired')), 0)::bigint,
		coalesce(sum(n) filter (where state in ('leased', 'running')), 0)::bigint, coalesce(sum(n) filter (where state in ('failed', 'lost', 'expired')), 0)::bigint,
		json_build_object('total', coalesce(sum(n), 0), 'queued', coalesce(sum(n) filter (where state = 'queued'), 0),
			'leased', coalesce(sum(n) filter (where state = 'leased'), 0), 'running', coalesce(sum(n) filter (where state = 'running'), 0),
			'done', coalesce(sum(n) filter (where state = 'done'), 0), 'failed', coalesce(sum(n) filter (where state = 'failed'), 0),
			'lost', coalesce(sum(n) filter (where state = 'lost'), 0), 'cancelled', coalesce(sum(n) filter (where state = 'cancelled'), 0),
			'expired', coalesce(sum(n) filter (where state = 'expired'), 0))
	from (select state, count(*) as n from job where job.run_id = $1 group by state) of_state
$$;
comment on function run_jobs(bigint) is 'A run''s jobs: all, those that ended, those leased or running, those failed, lost or expired (as run_state takes them), and each state''s count for the API.';

create or replace function page_status(state text, result text) returns json
language sql immutable parallel safe as $$
	select case
		when result = 'clean' then '{"word": "clean", "mark": "✓", "class": "good"}'
		when result = 'crash' then '{"word": "crash", "mark": "✗", "class": "bad"}'
		when result = 'hang' then '{"word": "hang", "mark": "✗", "class": "bad"}'
		when result = 'no_boot' then '{"word": "no boot", "mark": "!", "class": "warn"}'
		when result = 'no_build' then '{"word": "no build", "mark": "!", "class": "warn"}'
		when result = 'no_apply' then '{"word": "no apply", "mark": "!", "class": "warn"}'
		when result = 'no_commit' then '{"word": "no commit", "mark": "!", "class": "warn"}'
		when result = 'workload_error' then '{"word": "workload error", "mark": "!", "class": "warn"}'
		when state = 'running' then '{"word": "running", "mark": "▸", "class": "busy"}'
		when state = 'leased' then '{"word": "starting", "mark": "▸", "class": "busy"}'
		when state = 'queued' then '{"word": "queued", "mark": "…", "class": "idle"}'
		when state = 'cancelled' then '{"word": "cancelled", "mark": "–", "class": "idle"}'
		when state = 'expired' then '{"word": "waited too long", "mark": "–", "class": "idle"}'
		when state = 'lost' then '{"word": "lost", "mark": "?", "class": "idle"}'
		when state = 'failed' then '{"word": "fault", "mark": "?", "class": "idle"}'
		when state = 'done' then '{"word": "done", "mark": "✓", "class": "good"}' end::json
$$;
