-- Who took back a run or a job, or gave it another priority, and when. Who may: an admin, and whoever ordered it.

create table run_change (
	id bigint generated always as identity primary key,
	run_id bigint not null references run (id),
	job_id bigint references job (id),
	what text not null check (what in ('cancel', 'priority')),
	priority integer check (priority between 0 and 100),
	token_id bigint references token (id),
	at timestamptz not null default now(),
	check ((what = 'priority') = (priority is not null))
);
create index run_change_run on run_change (run_id, id);
create index run_change_job on run_change (job_id, id) where job_id is not null;
comment on table run_change is 'What became of orders after they were given, by people.';
comment on column run_change.id is 'Key, and order.';
comment on column run_change.run_id is 'The run.';
comment on column run_change.job_id is 'Only this job of it; null: the run.';
comment on column run_change.what is 'cancel: it was taken back; priority: it got another.';
comment on column run_change.priority is 'Its new priority.';
comment on column run_change.token_id is 'Who did it; null: Faultline itself.';
comment on column run_change.at is 'When.';

create function run_is_of(run_id bigint, token_id bigint) returns boolean
language sql stable as $$
	select exists (select from run join token_family($2) f on f.id = run.token_id where run.id = $1)
$$;
comment on function run_is_of(bigint, bigint) is 'Whether a token, or one that was made with it, has ordered a run. What a tree''s policy ordered is nobody''s.';

create function run_change_words(what text, priority integer, job_id bigint) returns text
language sql immutable parallel safe as $$
	select coalesce('job ' || $3 || ' ', '') || case $1 when 'cancel' then 'cancelled' else 'given priority ' || $2 end
$$;
comment on function run_change_words(text, integer, bigint) is 'A change in words.';
