-- The whole of Faultline's first schema. Words are those of the glossary in README.md.
-- Large tables (chunk, sample, occurrence, point, event) are partitioned by the attempt's claim time, which stands in
-- every row and unique key, so that a repeated write meets the same key. Nothing small points at them by foreign key.

create table token (
	id bigint generated always as identity primary key,
	kind text not null check (kind in ('runner', 'trigger', 'admin', 'read')),
	name text not null unique check (name ~ '^[A-Za-z0-9._@-]{1,64}$'),
	hash bytea not null unique check (length(hash) = 32),
	created_at timestamptz not null default now(),
	last_used_at timestamptz,
	revoked_at timestamptz
);
comment on table token is 'Who may call the API. Only the SHA-256 of a token is kept.';
comment on column token.id is 'Key.';
comment on column token.kind is 'runner: claims and delivers; trigger: orders runs; admin: both, and trees and machines; read: reads where reading is closed.';
comment on column token.name is 'Shown as the author of runs; unique.';
comment on column token.hash is 'SHA-256 of the token''s text.';
comment on column token.created_at is 'When it was made.';
comment on column token.last_used_at is 'Last use, at most once a minute.';
comment on column token.revoked_at is 'Set: the token no longer works.';

create table tree (
	id bigint generated always as identity primary key,
	name text not null unique check (name ~ '^[a-z0-9][a-z0-9._-]{0,63}$'),
	kind text not null check (kind in ('git', 'prebuilt')),
	url text check (length(url) <= 2048),
	branch text check (length(branch) <= 255),
	web_url text check (web_url ~ '^https?://'),
	created_at timestamptz not null default now(),
	refresh_wanted_at timestamptz,
	refresh_tried_at timestamptz,
	refreshed_at timestamptz,
	refresh_error text,
	check (kind = 'prebuilt' or (url is not null and branch is not null))
);
comment on table tree is 'A git repository and branch that is watched, or a set of prebuilt kernels (versions in place of commits).';
comment on column tree.id is 'Key.';
comment on column tree.name is 'External name, stable.';
comment on column tree.kind is 'git or prebuilt.';
comment on column tree.url is 'Where git fetches from.';
comment on column tree.branch is 'The branch that gives the line of commits.';
comment on column tree.web_url is 'Web view of the tree; the commit''s hash is put behind it.';
comment on column tree.created_at is 'When it was added.';
comment on column tree.refresh_wanted_at is 'Set: the watcher is asked to fetch; cleared when it has.';
comment on column tree.refresh_tried_at is 'Start of the last fetch, good or not; null: never tried.';
comment on column tree.refreshed_at is 'Last successful fetch.';
comment on column tree.refresh_error is 'What git said when the last fetch failed; null after a good one.';

create table commit (
	id bigint generated always as identity primary key,
	sha text not null unique check (sha ~ '^([0-9a-f]{40}|[0-9a-f]{64})$'),
	subject text not null,
	author text not null,
	authored_at timestamptz not null,
	committed_at timestamptz not null
);
comment on table commit is 'One commit, whatever trees hold it; for a prebuilt kernel its identity, with the release as subject.';
comment on column commit.id is 'Key.';
comment on column commit.sha is 'Full hash; for a prebuilt kernel SHA-256 over image, modules and release.';
comment on column commit.subject is 'First line of the message, or the release.';
comment on column commit.author is 'Name and address of the author.';
comment on column commit.authored_at is 'Author date; shown, never used for order.';
comment on column commit.committed_at is 'Committer date; shown, never used for order.';

create table commit_parent (
	commit_id bigint not null references commit (id),
	position integer not null check (position >= 0),
	parent_id bigint not null references commit (id),
	primary key (commit_id, position)
);
create index commit_parent_parent on commit_parent (parent_id);
comment on table commit_parent is 'Parents of a commit; position 0 is the first parent.';
comment on column commit_parent.commit_id is 'The child.';
comment on column commit_parent.position is 'Order as in the commit, from 0.';
comment on column commit_parent.parent_id is 'The parent.';

create table tree_commit (
	tree_id bigint not null references tree (id),
	commit_id bigint not null references commit (id),
	ordinal bigint,
	primary key (tree_id, commit_id)
);
create unique index tree_commit_ordinal on tree_commit (tree_id, ordinal) where ordinal is not null;
create index tree_commit_commit on tree_commit (commit_id);
comment on table tree_commit is 'Which commits a tree holds, and the order of its first-parent line.';
comment on column tree_commit.tree_id is 'The tree.';
comment on column tree_commit.commit_id is 'The commit.';
comment on column tree_commit.ordinal is 'Place on the first-parent line, root = 0; null: beside the line, or no longer on it.';

create table tree_ref (
	tree_id bigint not null references tree (id),
	name text not null,
	commit_id bigint not null references commit (id),
	primary key (tree_id, name)
);
comment on table tree_ref is 'Branches and tags as of the last fetch.';
comment on column tree_ref.tree_id is 'The tree.';
comment on column tree_ref.name is 'Short name, as a person would type it.';
comment on column tree_ref.commit_id is 'Where it points (tags peeled).';

create table blob (
	sha256 text primary key check (sha256 ~ '^[0-9a-f]{64}$'),
	size_bytes bigint not null check (size_bytes >= 0),
	is_complete boolean not null default false,
	created_at timestamptz not null default now(),
	used_at timestamptz not null default now()
);
comment on table blob is 'A file kept by content: kernel images, modules, configs, initrds, patches.';
comment on column blob.sha256 is 'SHA-256 of the content, lower-case hex.';
comment on column blob.size_bytes is 'Size announced with the first chunk.';
comment on column blob.is_complete is 'All chunks are here and the hash is right.';
comment on column blob.created_at is 'First chunk''s arrival.';
comment on column blob.used_at is 'Last time a job or an attempt named it.';

create table blob_chunk (
	sha256 text not null references blob (sha256) on delete cascade,
	start_byte bigint not null check (start_byte >= 0),
	body bytea not null,
	primary key (sha256, start_byte)
);
alter table blob_chunk alter column body set storage external;
comment on table blob_chunk is 'The content of a blob, in the pieces it came in (already compressed kinds mostly, so kept as they are).';
comment on column blob_chunk.sha256 is 'The blob.';
comment on column blob_chunk.start_byte is 'Offset of the first byte.';
comment on column blob_chunk.body is 'The bytes.';

create table revision (
	id bigint generated always as identity primary key,
	hash text not null unique check (hash ~ '^[0-9a-f]{64}$'),
	tree_id bigint not null references tree (id),
	commit_id bigint not null references commit (id),
	is_plain boolean not null,
	release text,
	image_sha256 text check (image_sha256 ~ '^[0-9a-f]{64}$'),
	image_url text,
	modules_sha256 text check (modules_sha256 ~ '^[0-9a-f]{64}$'),
	modules_url text,
	created_at timestamptz not null default now(),
	check ((release is null) = (image_sha256 is null))
);
create index revision_commit on revision (commit_id);
comment on table revision is 'What is tested: base commit + ordered patches + ordered reverts, or a prebuilt kernel.';
comment on column revision.id is 'Key.';
comment on column revision.hash is 'Identity: SHA-256 over tree, commit, patches and reverts, or over image, modules and release.';
comment on column revision.tree_id is 'Tree it was asked for in.';
comment on column revision.commit_id is 'Base commit, or the commit row that stands for the prebuilt kernel.';
comment on column revision.is_plain is 'No patches, no reverts: it stands on the trend line.';
comment on column revision.release is 'Prebuilt only: kernel release.';
comment on column revision.image_sha256 is 'Prebuilt only: SHA-256 of the kernel image.';
comment on column revision.image_url is 'Prebuilt only: where to get the image; null: from the blobs here.';
comment on column revision.modules_sha256 is 'Prebuilt only: SHA-256 of a tar of its modules; null: it has none.';
comment on column revision.modules_url is 'Prebuilt only: where to get the modules; null: from the blobs here.';
comment on column revision.created_at is 'When it was first asked for.';

create table revision_patch (
	revision_id bigint not null references revision (id),
	position integer not null check (position >= 0),
	sha256 text not null references blob (sha256),
	subject text not null,
	primary key (revision_id, position)
);
comment on table revision_patch is 'Patches of a revision, in the order they are applied.';
comment on column revision_patch.revision_id is 'The revision.';
comment on column revision_patch.position is 'Order, from 0.';
comment on column revision_patch.sha256 is 'The patch file, as it came.';
comment on column revision_patch.subject is 'Its Subject line, or the first file it touches.';

create table revision_revert (
	revision_id bigint not null references revision (id),
	position integer not null check (position >= 0),
	sha text not null check (sha ~ '^([0-9a-f]{40}|[0-9a-f]{64})$'),
	primary key (revision_id, position)
);
comment on table revision_revert is 'Commits reverted on top of the base, in order, before the patches.';
comment on column revision_revert.revision_id is 'The revision.';
comment on column revision_revert.position is 'Order, from 0.';
comment on column revision_revert.sha is 'The commit that is reverted.';

create table profile (
	id bigint generated always as identity primary key,
	name text not null unique check (name ~ '^[a-z0-9][a-z0-9._-]{0,63}$'),
	arch text not null check (arch ~ '^[a-z0-9_]{1,16}$'),
	page_size integer not null check (page_size in (4096, 16384, 65536)),
	config text not null check (config ~ '^[a-z0-9][a-z0-9._-]{0,63}$'),
	fs text not null check (fs in ('xfs', 'ext4')),
	mkfs_options text not null default '',
	mount_options text not null default '',
	block_size integer not null check (block_size between 512 and 65536),
	memory_mb integer not null check (memory_mb between 64 and 1048576),
	cpus integer not null check (cpus between 1 and 1024),
	numa_nodes integer not null check (numa_nodes between 1 and 64),
	cmdline text not null default '',
	workload text not null check (workload ~ '^[a-z0-9][a-z0-9._-]{0,63}$'),
	workload_args text[] not null default '{}',
	duration_s integer not null check (duration_s between 1 and 86400),
	attempts_max integer not null default 3 check (attempts_max between 1 and 10),
	build_limit_s integer not null default 3600 check (build_limit_s > 0),
	boot_limit_s integer not null default 120 check (boot_limit_s > 0),
	silence_limit_s integer not null default 60 check (silence_limit_s > 0),
	attempt_limit_s integer not null default 7200 check (attempt_limit_s > 0),
	created_at timestamptz not null default now()
);
comment on table profile is 'The typed conditions of a test. Each column may be the factor that matters.';
comment on column profile.id is 'Key.';
comment on column profile.name is 'External name, stable.';
comment on column profile.arch is 'Architecture of the kernel under test: x86_64, arm64, ppc64le.';
comment on column profile.page_size is 'Page size of the kernel under test, bytes.';
comment on column profile.config is 'Name of the kernel config fragment set the runner holds.';
comment on column profile.fs is 'File system under test.';
comment on column profile.mkfs_options is 'Options for mkfs, besides the block size.';
comment on column profile.mount_options is 'Options for mount.';
comment on column profile.block_size is 'File-system block size, bytes; page_size / block_size is a factor of its own.';
comment on column profile.memory_mb is 'Memory of the machine under test, MiB.';
comment on column profile.cpus is 'CPUs of the machine under test.';
comment on column profile.numa_nodes is 'NUMA nodes of the machine under test.';
comment on column profile.cmdline is 'Extra kernel command line.';
comment on column profile.workload is 'Name of the workload folder the runner holds.';
comment on column profile.workload_args is 'Arguments as name=value, sorted; the manifest has the others'' defaults.';
comment on column profile.duration_s is 'How long the workload runs, seconds.';
comment on column profile.attempts_max is 'How often a job is tried when attempts end for reasons that are not the kernel''s.';
comment on column profile.build_limit_s is 'Time limit of checkout and build, each, seconds.';
comment on column profile.boot_limit_s is 'Time limit from power-on to the guest''s hello, seconds.';
comment on column profile.silence_limit_s is 'The guest says nothing for so long: it hangs. Seconds.';
comment on column profile.attempt_limit_s is 'Time limit of a whole attempt, seconds.';
comment on column profile.created_at is 'When it was added.';

create table run (
	id bigint generated always as identity primary key,
	token_id bigint references token (id),
	tree_id bigint not null references tree (id),
	title text not null,
	priority integer not null default 50 check (priority between 0 and 100),
	request jsonb not null,
	idempotency_key text check (length(idempotency_key) between 1 and 255),
	request_hash text not null,
	created_at timestamptz not null default now(),
	cancelled_at timestamptz,
	unique (token_id, idempotency_key)
);
comment on table run is 'What somebody asked for: revisions x profiles x repeats, with a priority.';
comment on column run.id is 'Key.';
comment on column run.token_id is 'Who asked.';
comment on column run.tree_id is 'The tree.';
comment on column run.title is 'One line for lists.';
comment on column run.priority is '0 to 100, more is sooner.';
comment on column run.request is 'The request as it came, patches by hash.';
comment on column run.idempotency_key is 'The client''s key: the same key answers the same run.';
comment on column run.request_hash is 'SHA-256 of the request''s body: the same key with another body is an error.';
comment on column run.created_at is 'When it was asked.';
comment on column run.cancelled_at is 'Set: no further job of it starts, running ones are stopped.';

create table machine (
	id bigint generated always as identity primary key,
	name text not null unique check (name ~ '^[A-Za-z0-9._-]{1,64}$'),
	arch text not null,
	state text not null default 'active' check (state in ('active', 'maintenance', 'draining', 'retired')),
	cpus integer not null check (cpus > 0),
	memory_mb bigint not null check (memory_mb > 0),
	tags text[] not null default '{}',
	runner_version text not null,
	kernel_release text not null,
	cpu_model text not null,
	qemu_version text,
	compiler_version text,
	disk_free_bytes bigint,
	token_id bigint references token (id),
	created_at timestamptz not null default now(),
	seen_at timestamptz not null default now()
);
comment on table machine is 'Where a runner lives.';
comment on column machine.id is 'Key.';
comment on column machine.name is 'External name, stable.';
comment on column machine.arch is 'Architecture of the machine itself.';
comment on column machine.state is 'active: takes jobs; others: takes none.';
comment on column machine.cpus is 'CPUs it has.';
comment on column machine.memory_mb is 'Memory it has, MiB.';
comment on column machine.tags is 'What it can: arch:x86_64 (kernels it can run), workload:NAME, kvm, self ….';
comment on column machine.runner_version is 'Version of the runner.';
comment on column machine.kernel_release is 'Kernel of the machine itself.';
comment on column machine.cpu_model is 'CPU as /proc/cpuinfo names it.';
comment on column machine.qemu_version is 'QEMU''s version; null: none found.';
comment on column machine.compiler_version is 'Compiler''s version; null: none found.';
comment on column machine.disk_free_bytes is 'Free space in the runner''s state folder when it last said so.';
comment on column machine.token_id is 'The token it uses.';
comment on column machine.created_at is 'First seen.';
comment on column machine.seen_at is 'Last seen.';

create table job (
	id bigint generated always as identity primary key,
	run_id bigint not null references run (id),
	revision_id bigint not null references revision (id),
	profile_id bigint not null references profile (id),
	repeat integer not null check (repeat >= 0),
	arch text not null,
	priority integer not null check (priority between 0 and 100),
	state text not null default 'queued'
		check (state in ('queued', 'leased', 'running', 'done', 'failed', 'lost', 'cancelled')),
	attempts integer not null default 0 check (attempts >= 0),
	attempts_max integer not null check (attempts_max > 0),
	claim_id uuid unique,
	claim_machine_id bigint references machine (id),
	claimed_at timestamptz,
	queued_at timestamptz not null default now(),
	ended_at timestamptz,
	unique (run_id, revision_id, profile_id, repeat),
	check ((state = 'leased') = (claim_id is not null))
) with (autovacuum_vacuum_scale_factor = 0.02, fillfactor = 80);
create index job_queue on job (arch, priority desc, id) where state = 'queued';
create index job_leased on job (claimed_at) where state = 'leased';
create index job_revision on job (revision_id, profile_id);
comment on table job is 'One revision x profile x repeat in the queue.';
comment on column job.id is 'Key; within a priority the smallest goes first.';
comment on column job.run_id is 'The run that asked for it.';
comment on column job.revision_id is 'What is tested.';
comment on column job.profile_id is 'Under which conditions.';
comment on column job.repeat is 'Which repeat, from 0.';
comment on column job.arch is 'The profile''s arch, copied so that the queue''s index has it.';
comment on column job.priority is 'The run''s priority.';
comment on column job.state is 'queued, leased (claimed, not yet confirmed), running, done, failed, lost, cancelled.';
comment on column job.attempts is 'Attempts begun.';
comment on column job.attempts_max is 'Attempts allowed.';
comment on column job.claim_id is 'The runner''s own id of an unconfirmed claim: repeating the claim answers the same job.';
comment on column job.claim_machine_id is 'Who claimed, while unconfirmed.';
comment on column job.claimed_at is 'When, while unconfirmed; after 15 s the job goes back.';
comment on column job.queued_at is 'When it was (last) queued.';
comment on column job.ended_at is 'When it came to its end.';

create table attempt (
	id bigint generated always as identity primary key,
	job_id bigint not null references job (id),
	number integer not null check (number > 0),
	machine_id bigint not null references machine (id),
	claim_id uuid not null unique,
	claimed_at timestamptz not null,
	started_at timestamptz not null default now(),
	lease_until timestamptz not null,
	state text not null default 'running' check (state in ('running', 'done', 'failed', 'lost', 'cancelled')),
	step text not null default 'start',
	step_done bigint,
	step_of bigint,
	step_unit text,
	result text check (result in ('clean', 'crash', 'hang', 'no_boot', 'no_build', 'no_apply', 'no_commit', 'workload_error', 'fault')),
	detail text,
	is_late boolean not null default false,
	result_hash text,
	ended_at timestamptz,
	kernel_release text,
	page_size integer,
	accel text check (accel in ('tcg', 'kvm', 'native')),
	build_seconds double precision,
	workload_seconds double precision,
	is_built_from_cache boolean,
	load_before double precision,
	load_during double precision,
	exposure bigint check (exposure >= 0),
	exposure_low bigint check (exposure_low >= 0),
	exposure_high bigint check (exposure_high >= 0),
	is_exposure_estimated boolean,
	reproduce text,
	unique (job_id, number)
);
create index attempt_lease on attempt (lease_until) where state = 'running';
create index attempt_machine on attempt (machine_id, id desc);
comment on table attempt is 'One execution of a job on one machine. Never overwritten, never dropped: clean and lost ones are the denominator.';
comment on column attempt.id is 'Key.';
comment on column attempt.job_id is 'The job.';
comment on column attempt.number is 'Which try of the job, from 1.';
comment on column attempt.machine_id is 'Where it ran.';
comment on column attempt.claim_id is 'The runner''s own id: a repeated confirmation answers this attempt.';
comment on column attempt.claimed_at is 'When the job was claimed; partitions of the large tables follow it.';
comment on column attempt.started_at is 'When the claim was confirmed.';
comment on column attempt.lease_until is 'Past this, without renewal, the attempt is lost.';
comment on column attempt.state is 'running; done: the kernel gave a result; failed: something beside the kernel failed; lost: the runner fell silent; cancelled.';
comment on column attempt.step is 'The step under way, or the one at which it ended.';
comment on column attempt.step_done is 'Progress of the step: so much …';
comment on column attempt.step_of is '… of so much; null: unknown.';
comment on column attempt.step_unit is 'Unit of the progress: percent, bytes, files, seconds.';
comment on column attempt.result is 'clean, crash, hang, no_boot, no_build, no_apply, no_commit, workload_error are the kernel''s or the request''s; fault is the machine''s and colours no trend.';
comment on column attempt.detail is 'What a person should read first: the error''s lines, the conflict, the missing thing.';
comment on column attempt.is_late is 'The result came after the lease had ended.';
comment on column attempt.result_hash is 'SHA-256 of the result''s body, so that the same result sent twice is known.';
comment on column attempt.ended_at is 'When it ended.';
comment on column attempt.kernel_release is 'As the booted kernel said.';
comment on column attempt.page_size is 'As the booted kernel said, bytes.';
comment on column attempt.accel is 'tcg: emulated; kvm: same architecture, virtualised; native: the machine itself.';
comment on column attempt.build_seconds is 'Wall time of the build step.';
comment on column attempt.workload_seconds is 'From the workload''s start to its end or the last sample, seconds.';
comment on column attempt.is_built_from_cache is 'The runner had this very kernel already.';
comment on column attempt.load_before is 'The machine''s load average (1 min) before the guest started.';
comment on column attempt.load_during is 'CPU seconds of other processes per second while the guest ran.';
comment on column attempt.exposure is 'Migrations tried in the workload, in base pages; null: unknown.';
comment on column attempt.exposure_low is 'At least so many (the last sample).';
comment on column attempt.exposure_high is 'At most so many.';
comment on column attempt.is_exposure_estimated is 'The end was a crash between two samples.';
comment on column attempt.reproduce is 'A command line that boots the same again.';

create table attempt_step (
	attempt_id bigint not null references attempt (id),
	position integer not null,
	name text not null,
	started_at timestamptz not null,
	seconds double precision,
	primary key (attempt_id, position)
);
comment on table attempt_step is 'The steps of an attempt and how long each took.';
comment on column attempt_step.attempt_id is 'The attempt.';
comment on column attempt_step.position is 'Order, from 0.';
comment on column attempt_step.name is 'checkout, build, image, boot, workload, collect.';
comment on column attempt_step.started_at is 'When it started.';
comment on column attempt_step.seconds is 'How long it took; null: under way.';

create table attempt_artifact (
	attempt_id bigint not null references attempt (id),
	name text not null check (name ~ '^[A-Za-z0-9._-]{1,64}$'),
	sha256 text not null references blob (sha256),
	primary key (attempt_id, name)
);
comment on table attempt_artifact is 'Files of an attempt, kept by content.';
comment on column attempt_artifact.attempt_id is 'The attempt.';
comment on column attempt_artifact.name is 'image, config, initrd, fs-recipe ….';
comment on column attempt_artifact.sha256 is 'The content.';

create table stream (
	attempt_id bigint not null references attempt (id),
	name text not null check (name in ('console', 'samples', 'build')),
	claimed_at timestamptz not null,
	size_bytes bigint not null default 0 check (size_bytes >= 0),
	is_complete boolean not null default false,
	gap_start bigint,
	gap_end bigint,
	read_bytes bigint not null default 0 check (read_bytes >= 0),
	reader_version integer not null default 0,
	reader_state jsonb not null default '{}',
	is_read boolean not null default false,
	reader_tries integer not null default 0,
	reader_error text,
	reader_retry_at timestamptz,
	updated_at timestamptz not null default now(),
	primary key (attempt_id, name)
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02);
create index stream_unread on stream (updated_at)
	where name <> 'build' and (read_bytes < size_bytes or (is_complete and not is_read));
create index stream_updated on stream (updated_at);
comment on table stream is 'What an attempt says while it runs: console, samples, build log. Bytes are in chunk, as they came.';
comment on column stream.attempt_id is 'The attempt.';
comment on column stream.name is 'console, samples or build.';
comment on column stream.claimed_at is 'The attempt''s claim time.';
comment on column stream.size_bytes is 'Bytes received, without holes.';
comment on column stream.is_complete is 'The runner has said that this is all.';
comment on column stream.gap_start is 'First byte of a middle that was not kept (streams above 256 MiB); null: all is here.';
comment on column stream.gap_end is 'First byte kept again behind the gap.';
comment on column stream.read_bytes is 'How far the reader has read.';
comment on column stream.reader_version is 'Version of the reader that read it.';
comment on column stream.reader_state is 'What the reader must remember between chunks (the samples'' key list).';
comment on column stream.is_read is 'The reader has read the whole of a complete stream.';
comment on column stream.reader_tries is 'How often in a row reading failed.';
comment on column stream.reader_error is 'Why reading failed the last time; null: it went well.';
comment on column stream.reader_retry_at is 'Not to be read before this; infinity: given up, the bytes stay; null: at once.';
comment on column stream.updated_at is 'Last bytes'' arrival.';

create table chunk (
	attempt_id bigint not null,
	claimed_at timestamptz not null,
	name text not null,
	start_byte bigint not null check (start_byte >= 0),
	size_bytes integer not null check (size_bytes > 0),
	body bytea not null,
	primary key (attempt_id, claimed_at, name, start_byte)
) partition by range (claimed_at);
alter table chunk alter column body set storage external;
comment on table chunk is 'Bytes of the streams, deflated, by attempt and offset.';
comment on column chunk.attempt_id is 'The attempt.';
comment on column chunk.claimed_at is 'The attempt''s claim time.';
comment on column chunk.name is 'The stream.';
comment on column chunk.start_byte is 'Offset of the first byte in the stream.';
comment on column chunk.size_bytes is 'Bytes before compression.';
comment on column chunk.body is 'zlib stream of the bytes.';

create table sample_keys (
	id bigint generated always as identity primary key,
	hash text not null unique check (hash ~ '^[0-9a-f]{64}$'),
	keys text[] not null
);
comment on table sample_keys is 'Lists of counter names, in the order the kernel gave them; samples point at theirs.';
comment on column sample_keys.id is 'Key.';
comment on column sample_keys.hash is 'SHA-256 over the names.';
comment on column sample_keys.keys is 'Names of /proc/vmstat.';

create table sample (
	attempt_id bigint not null,
	claimed_at timestamptz not null,
	boot_id uuid not null,
	t_ns bigint not null check (t_ns >= 0),
	keys_id bigint not null,
	v bigint[] not null,
	primary key (attempt_id, claimed_at, boot_id, keys_id, t_ns)
) partition by range (claimed_at);
comment on table sample is 'The counters of one attempt at one instant. An unknown counter is null within the array.';
comment on column sample.attempt_id is 'The attempt.';
comment on column sample.claimed_at is 'The attempt''s claim time.';
comment on column sample.boot_id is 'The boot: counters restart with it.';
comment on column sample.t_ns is 'CLOCK_BOOTTIME of the guest, ns.';
comment on column sample.keys_id is 'Which counters, in which order.';
comment on column sample.v is 'Their values.';

create table phase (
	attempt_id bigint not null references attempt (id),
	boot_id uuid not null,
	t_ns bigint not null,
	name text not null,
	primary key (attempt_id, boot_id, t_ns, name)
);
comment on table phase is 'The guest''s phases: mount, prepare, workload, finish.';
comment on column phase.attempt_id is 'The attempt.';
comment on column phase.boot_id is 'The boot.';
comment on column phase.t_ns is 'When, on the samples'' clock.';
comment on column phase.name is 'Which phase began.';

create table bug (
	id bigint generated always as identity primary key,
	title text not null,
	type text not null default '',
	state text not null default 'new' check (state in ('new', 'open', 'fixed', 'duplicate', 'invalid', 'reopened')),
	created_at timestamptz not null default now()
);
comment on table bug is 'All occurrences with one signature.';
comment on column bug.id is 'Key.';
comment on column bug.title is 'The title of the report first seen.';
comment on column bug.type is 'Kind of report: BUG, WARNING, HANG, KASAN-…, "" when unknown.';
comment on column bug.state is 'Its life.';
comment on column bug.created_at is 'When it was first seen here.';

create table bug_title (
	title text primary key,
	bug_id bigint not null references bug (id)
);
create index bug_title_bug on bug_title (bug_id);
comment on table bug_title is 'Titles and alternative titles: two reports whose sets meet are one bug.';
comment on column bug_title.title is 'A title.';
comment on column bug_title.bug_id is 'Its bug.';

create table occurrence (
	attempt_id bigint not null,
	claimed_at timestamptz not null,
	start_byte bigint not null,
	end_byte bigint not null,
	bug_id bigint not null,
	title text not null,
	reader_version integer not null,
	is_corrupted boolean not null,
	uptime_s double precision,
	exposure bigint,
	report jsonb not null,
	primary key (attempt_id, claimed_at, start_byte)
) partition by range (claimed_at);
create index occurrence_bug on occurrence (bug_id, attempt_id);
comment on table occurrence is 'One crash report found in one attempt''s console.';
comment on column occurrence.attempt_id is 'The attempt.';
comment on column occurrence.claimed_at is 'The attempt''s claim time.';
comment on column occurrence.start_byte is 'Where the report begins in the console.';
comment on column occurrence.end_byte is 'Where it ends.';
comment on column occurrence.bug_id is 'Its bug.';
comment on column occurrence.title is 'Title as this reader made it.';
comment on column occurrence.reader_version is 'Version of the reader.';
comment on column occurrence.is_corrupted is 'The report is cut or mixed: its title is not to be trusted.';
comment on column occurrence.uptime_s is 'Guest''s uptime at the report, seconds; null: no time stamps.';
comment on column occurrence.exposure is 'Migrations tried in the attempt until then.';
comment on column occurrence.report is 'All that was read: frames, registers, page dump ….';

create table series (
	id bigint generated always as identity primary key,
	tree_id bigint not null references tree (id),
	profile_id bigint not null references profile (id),
	metric text not null check (metric ~ '^[a-z0-9_]{1,64}$'),
	unique (tree_id, profile_id, metric)
);
comment on table series is 'One metric of one tree and profile, ordered by commit.';
comment on column series.id is 'Key.';
comment on column series.tree_id is 'The tree.';
comment on column series.profile_id is 'The profile.';
comment on column series.metric is 'Which metric; see metric.';

create table metric (
	name text primary key,
	title text not null,
	unit text not null,
	position integer not null unique
);
comment on table metric is 'What is drawn over commits.';
comment on column metric.name is 'Name, as in series and URLs.';
comment on column metric.title is 'For people.';
comment on column metric.unit is 'Unit: pages, pages/s, ratio.';
comment on column metric.position is 'Order in lists.';
insert into metric (name, title, unit, position) values
	('fail_ratio', 'failed share of migrations', 'ratio', 1),
	('success_per_s', 'pgmigrate_success per second', 'pages/s', 2),
	('fail_per_s', 'pgmigrate_fail per second', 'pages/s', 3),
	('pgmigrate_success', 'pgmigrate_success', 'pages', 4),
	('pgmigrate_fail', 'pgmigrate_fail', 'pages', 5);

create table point (
	series_id bigint not null,
	attempt_id bigint not null,
	claimed_at timestamptz not null,
	commit_id bigint not null,
	value double precision not null,
	primary key (series_id, attempt_id, claimed_at)
) partition by range (claimed_at);
create index point_commit on point (series_id, commit_id) include (value);
comment on table point is 'The value of one series from one attempt.';
comment on column point.series_id is 'The series.';
comment on column point.attempt_id is 'The attempt.';
comment on column point.claimed_at is 'The attempt''s claim time.';
comment on column point.commit_id is 'The commit; its ordinal is its place on the axis.';
comment on column point.value is 'The value; unknown ones have no row.';

create table event (
	id bigint generated always as identity,
	at timestamptz not null default now(),
	kind text not null,
	subject_id bigint not null,
	attempt_id bigint,
	primary key (id, at)
) partition by range (at);
comment on table event is 'What happened, for pages that are open: replayed to a browser that comes back.';
comment on column event.id is 'Order; the Last-Event-ID of the event stream.';
comment on column event.at is 'When.';
comment on column event.kind is 'run, job, attempt, bug, series, tree, machine.';
comment on column event.subject_id is 'Id of the run, job, attempt ….';
comment on column event.attempt_id is 'The attempt it belongs to, where there is one.';

create function event_add(kind text, subject_id bigint, attempt_id bigint) returns bigint
language sql as $$
	insert into event (kind, subject_id, attempt_id) values ($1, $2, $3) returning id
$$;
comment on function event_add(text, bigint, bigint) is 'Notes an event, where a statement has no room for an insert of its own; answers its id.';

create table work_item (
	id bigint generated always as identity primary key,
	stage text not null check (stage in ('measure')),
	attempt_id bigint not null references attempt (id),
	queued_at timestamptz not null default now(),
	tries integer not null default 0,
	retry_at timestamptz not null default now(),
	error text,
	unique (stage, attempt_id)
);
comment on table work_item is 'What the background stages still have to do; a stage removes the row in the transaction that did it.';
comment on column work_item.id is 'Key, and order.';
comment on column work_item.stage is 'measure: samples and occurrences of an ended attempt become exposure and points.';
comment on column work_item.attempt_id is 'The attempt.';
comment on column work_item.queued_at is 'Since when.';
comment on column work_item.tries is 'How often it was tried.';
comment on column work_item.retry_at is 'Not to be tried before this; infinity: given up, error says why.';
comment on column work_item.error is 'What failed the last time.';

-- Partitions of the large tables for each month from `low` to `high`. Safe to call again.
create function partitions_ensure(low timestamptz, high timestamptz) returns integer
language plpgsql as $$
declare
	month timestamp := date_trunc('month', low at time zone 'UTC');
	parent text;
	made integer := 0;
begin
	perform pg_advisory_xact_lock(hashtext('partitions_ensure'));
	while month <= high at time zone 'UTC' loop
		foreach parent in array array['chunk', 'sample', 'occurrence', 'point', 'event'] loop
			if to_regclass(format('%s_%s', parent, to_char(month, 'YYYYMM'))) is null then
				execute format('create table %I partition of %I for values from (%L) to (%L)',
					format('%s_%s', parent, to_char(month, 'YYYYMM')), parent,
					month at time zone 'UTC', (month + interval '1 month') at time zone 'UTC');
				made := made + 1;
			end if;
		end loop;
		month := month + interval '1 month';
	end loop;
	return made;
end $$;
comment on function partitions_ensure(timestamptz, timestamptz) is 'Makes the monthly partitions of the large tables; answers how many it made.';
select partitions_ensure(now() - interval '1 month', now() + interval '3 months');
