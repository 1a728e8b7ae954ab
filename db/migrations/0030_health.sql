-- Machines: their health beside the operator's word, whether they are heard, what changed and who changed it, and more facts.

alter table machine
	add column health text not null default 'unknown' check (health in ('good', 'unknown', 'looping', 'bad')),
	add column health_why text,
	add column judged_at timestamptz not null default now(),
	add column is_heard boolean not null default true,
	add column slots integer check (slots between 1 and 1024),
	add column page_size integer check (page_size > 0),
	add column firmware text,
	add column linker_version text,
	add column disk_bytes bigint check (disk_bytes > 0),
	add column toolchains text[] not null default '{}';
comment on column machine.state is 'The operator''s word. active: takes jobs; draining: ends what it has; maintenance: it is worked on; retired: it is gone.';
comment on column machine.health is 'What its attempts say. good: its last attempt came to a result of the kernel''s; bad: its last three failed for its own reasons; looping: its runner was lost three times in a row; unknown: neither. Only good and unknown take jobs.';
comment on column machine.health_why is 'Why its health is bad or looping, for people.';
comment on column machine.judged_at is 'When its health was last set: older attempts say nothing about it any more.';
comment on column machine.is_heard is 'Whether it was heard within two minutes when that was last looked at.';
comment on column machine.slots is 'How many attempts it takes at once; null: as many as its runners ask for.';
comment on column machine.page_size is 'Page size of the machine itself, bytes; null: its runner does not say.';
comment on column machine.firmware is 'Firmware''s vendor, version and date; null: unknown.';
comment on column machine.linker_version is 'Linker''s version; null: none found.';
comment on column machine.disk_bytes is 'Size of the disk that the runner''s state folder is on; null: unknown.';
comment on column machine.toolchains is 'Versions of compilers for other architectures.';

create index attempt_machine_running on attempt (machine_id) where state = 'running';

create table machine_change (
	id bigint generated always as identity primary key,
	machine_id bigint not null references machine (id),
	at timestamptz not null default now(),
	token_id bigint references token (id),
	what text not null check (what in ('state', 'health', 'heard', 'slots')),
	before text,
	after text,
	note text
);
create index machine_change_machine on machine_change (machine_id, id desc);
comment on table machine_change is 'What became of machines. What people are told of is among it: health that is bad or looping, and an active machine that is not heard.';
comment on column machine_change.id is 'Key, and order.';
comment on column machine_change.machine_id is 'Of which machine.';
comment on column machine_change.at is 'When.';
comment on column machine_change.token_id is 'Who; null: Faultline itself.';
comment on column machine_change.what is 'Which of its columns: state, health, heard (is_heard: yes or no), slots.';
comment on column machine_change.before is 'As it was; null: not set.';
comment on column machine_change.after is 'As it is from then on; null: not set.';
comment on column machine_change.note is 'Why.';

-- An attempt that failed for the machine's own reasons: not one that holds posted patches, which may break what they like, and not one
-- whose job failed so on another machine too.
create function attempt_is_machines_fault(attempt_id bigint) returns boolean language sql stable as $$
	select (a.result = 'fault' or a.state = 'lost')
		and not exists (select from job j join revision_patch p on p.revision_id = j.revision_id where j.id = a.job_id)
		and not exists (select from attempt o where o.job_id = a.job_id and o.machine_id <> a.machine_id and (o.result = 'fault' or o.state = 'lost'))
	from attempt a where a.id = $1
$$;
comment on function attempt_is_machines_fault(bigint) is 'Whether an attempt that has ended failed for reasons of its machine.';
