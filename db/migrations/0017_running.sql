-- Kernels that are not booted but run already: a machine stresses its own (the runner's backend `self`). Such a revision is a prebuilt
-- kernel without an image, and such a profile has the config `running`: what it would otherwise impose is the machine's own.

alter table revision drop constraint revision_check;
alter table revision add constraint revision_image_has_release check (image_sha256 is null or release is not null);
comment on table revision is 'What is tested: base commit + ordered patches + ordered reverts, a prebuilt kernel, or the kernel that a machine runs (release, no image).';
comment on column revision.hash is 'Identity: SHA-256 over tree, commit, patches and reverts; the commit of a kernel without a history stands for its image, modules and release.';
comment on column revision.release is 'Kernels that are not built only: kernel release.';

alter table profile alter column memory_mb drop not null;
alter table profile alter column cpus drop not null;
alter table profile alter column numa_nodes drop not null;
alter table profile add constraint profile_running_imposes_nothing
	check (case when config = 'running' then num_nonnulls(memory_mb, cpus, numa_nodes) = 0 and cmdline = ''
		else num_nulls(memory_mb, cpus, numa_nodes) = 0 end);
comment on column profile.config is 'Name of the kernel config fragment set the runner holds; running: for kernels that run already, as whoever booted them chose.';
comment on column profile.memory_mb is 'Memory of the machine under test, MiB; null: the machine''s own (config running).';
comment on column profile.cpus is 'CPUs of the machine under test; null: the machine''s own (config running).';
comment on column profile.numa_nodes is 'NUMA nodes of the machine under test; null: the machine''s own (config running).';

comment on column job.arch is 'What a machine must run, one of the words behind arch: in its tags, copied so that the queue''s index has it: the profile''s arch; for a running kernel ARCH/RELEASE.';
comment on column machine.tags is 'What it can: arch:x86_64 (kernels it can run; arch:x86_64/RELEASE: the one that it runs, and no other), workload:NAME, kvm, self ….';
