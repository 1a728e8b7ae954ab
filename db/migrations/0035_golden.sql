-- Machines are checked with a golden kernel: one that is known to pass, run on that machine alone. What it gives judges the machine, and
-- a machine that was taken out comes back by it. People are told of machines that were taken out apart from those that are silent.

alter table run add column is_golden boolean not null default false;
comment on column run.is_golden is 'A check of one machine with a golden kernel: it judges the machine, and its numbers are no points of a series.';
create index run_golden on run (machine, id) where is_golden;
create index run_golden_lately on run (created_at) where is_golden;

alter table machine
	add column golden_attempt_id bigint references attempt (id),
	add column golden_run_id bigint references run (id),
	add column golden_at timestamptz,
	add column golden_after bigint not null default 0,
	add column is_golden_wanted boolean not null default false,
	add column judged_by bigint references token (id);
comment on column machine.golden_attempt_id is 'The operator''s choice: it is checked with this attempt''s kernel, under its profile; null: with what passed last.';
comment on column machine.golden_run_id is 'Its last check; null: none yet.';
comment on column machine.golden_at is 'When its last check was queued.';
comment on column machine.golden_after is 'Its newest attempt when its last check was queued: what came later is counted until the next.';
comment on column machine.is_golden_wanted is 'An operator wants it checked now.';
comment on column machine.judged_by is 'Who set its health last; null: Faultline itself, whose word a check may take back.';
comment on column machine.health is 'What its attempts say. good: its last attempt came to a result of the kernel''s; bad: its last three failed for its own reasons, or the golden kernel failed twice; looping: its runner was lost three times in a row; unknown: neither. Only good and unknown take jobs but checks.';

alter table machine_change
	drop constraint machine_change_what_check,
	add constraint machine_change_what_check check (what in ('state', 'health', 'heard', 'slots', 'golden'));
comment on column machine_change.what is 'Which of its columns: state, health, heard (is_heard: yes or no), slots, golden (golden_attempt_id).';

create function attempt_is_golden(attempt_id bigint) returns boolean language plpgsql stable as $$
begin
	return exists (select from attempt a join job j on j.id = a.job_id join run r on r.id = j.run_id where a.id = $1 and r.is_golden);
end $$;
comment on function attempt_is_golden(bigint) is 'Whether an attempt is a check of its machine.';

-- A kernel that is known to pass and does not is the machine's failing, unless the same check fails on other machines too.
create function attempt_golden_verdict(attempt_id bigint) returns text language plpgsql stable as $$
begin
	return (select case when a.result = 'clean' then 'passed'
		when exists (
			select from run r join job o on o.run_id = r.id and o.revision_id = j.revision_id and o.profile_id = j.profile_id
				join attempt x on x.job_id = o.id and x.machine_id <> a.machine_id and x.result in ('crash', 'hang', 'no_boot', 'no_build', 'workload_error')
			where r.is_golden and r.created_at > a.claimed_at - interval '1 day') then null
		when a.result in ('crash', 'hang', 'no_boot', 'no_build', 'workload_error') or attempt_is_machines_fault(a.id) then 'failed' end
	from attempt a join job j on j.id = a.job_id where a.id = $1);
end $$;
comment on function attempt_golden_verdict(bigint) is 'What a check that has ended says of its machine: passed, failed, or null: nothing.';

-- People are told of a machine that was taken out beside one that is lost: the one is to be mended, the other to be found.
alter table alert
	drop constraint alert_kind_check,
	add constraint alert_kind_check check (kind in ('bug_new', 'bug_again', 'machine_lost', 'machine_bad', 'queue_stuck', 'change_confirmed', 'change_fixed'));
comment on column alert.kind is 'bug_new: not seen before; bug_again: seen on a revision that has its fix; machine_lost: an active machine is silent; machine_bad: one was taken out, since its attempts fail; queue_stuck: jobs wait and nobody takes them; change_confirmed: a series moved, and attempts of both sides in turn show it; change_fixed: it moved back, shown likewise.';
drop index alert_lasting;
create unique index alert_lasting on alert (kind, thread) where kind in ('machine_lost', 'machine_bad', 'queue_stuck') and ended_at is null;
alter table subscription
	drop constraint subscription_kinds_check,
	add constraint subscription_kinds_check check (kinds <@ array['bug_new', 'bug_again', 'machine_lost', 'machine_bad', 'queue_stuck', 'change_confirmed', 'change_fixed']);
-- Who wanted to hear of machines wants both.
update subscription set kinds = kinds || 'machine_bad'::text where 'machine_lost' = any (kinds);

create or replace function alert_kind_words(kind text) returns text
language sql immutable parallel safe as $$
	select case $1 when 'bug_new' then 'new bug' when 'bug_again' then 'seen again after its fix' when 'machine_lost' then 'machine lost' when 'machine_bad' then 'machine taken out'
		when 'queue_stuck' then 'queue stuck' when 'change_confirmed' then 'change confirmed' when 'change_fixed' then 'change fixed' else $1 end
$$;
