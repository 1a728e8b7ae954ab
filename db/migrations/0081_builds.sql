-- How a machine confines what it builds, and what its guests run on.

alter table machine
	add column accel text check (accel in ('kvm', 'native', 'tcg')),
	add column limits text check (limits in ('cgroup', 'none', 'watch')),
	add column is_sandboxed boolean,
	add column build_memory_mb bigint check (build_memory_mb > 0),
	add column build_processes bigint check (build_processes > 0),
	add constraint machine_limits_known check (limits is null or limits = 'none' or (is_sandboxed is not null and build_memory_mb is not null and build_processes is not null));
comment on column machine.accel is 'What guests of its own architecture run on; of a machine whose own kernel is tested, what that runs on. kvm: virtualised; native: the machine itself; tcg: emulated; null: its runner does not say.';
comment on column machine.limits is 'How a build with all its processes is bounded. cgroup: by the kernel; watch: its runner looks, and ends it; none: nothing is built there; null: its runner does not say.';
comment on column machine.is_sandboxed is 'Builds run in a sandbox; null: unknown, or nothing is built.';
comment on column machine.build_memory_mb is 'Memory that all processes of a build may have together, MiB; null: unknown, or nothing is built.';
comment on column machine.build_processes is 'How many processes a build may have at once; null: unknown, or nothing is built.';

create function machine_builds_words(machine_id bigint) returns text
language sql stable parallel safe as $$
	select case when limits = 'none' then 'nothing'
		when limits is not null then case when is_sandboxed then 'in a sandbox' else 'not confined' end || ', with '
			|| page_bytes(build_memory_mb * 1048576) || ' and ' || page_count(build_processes) || ' processes at most, '
			|| case limits when 'cgroup' then 'kept by the kernel (cgroup)' else 'watched by its runner' end end
	from machine where id = $1
$$;
comment on function machine_builds_words(bigint) is 'How a machine builds, for people; null: its runner does not say.';

create function machine_accel_words(machine_id bigint) returns text
language sql stable parallel safe as $$
	select case when limits = 'none' then 'its own kernel, ' else 'guests are ' end || case accel when 'kvm' then 'virtualised' when 'tcg' then 'emulated' else 'native' end
	from machine where id = $1 and accel is not null
$$;
comment on function machine_accel_words(bigint) is 'What a machine tests kernels on, for people; null: its runner does not say.';
