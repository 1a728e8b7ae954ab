-- A runner says what its machine is. $1 name; $2 arch; $3 cpus; $4 memory MiB; $5 tags; $6 runner's version; $7 kernel;
-- $8 CPU; $9 QEMU or null; $10 compiler or null; $11 free bytes or null; $12 id of the runner's token, null: an admin's;
-- $13 page size; $14 firmware; $15 linker; $16 bytes of the disk, each or null; $17 compilers for other architectures; $18 its workloads as JSON;
-- $19 the protocol it speaks; $20 why it is refused, null: it is served; $21 what guests run on; $22 how builds are bounded; $23 whether in a sandbox;
-- $24 to how much memory, MiB; $25 to how many processes: each or null, and words that nobody here knows count as null.
-- It belongs to the first runner's token that registers it; its state is the operator's and stays. No row: it is another token's.
-- Which machine it is, its name says and no tag of the runner's: the jobs of another, and its checks, are not for it.
-- A new machine's owner is who made the one-time token that enrolled it, where that name is a mail address. Open pages hear of one that is
-- new or was away.
with old as (
	select seen_at from machine where name = $1::text
), maker as (
	select o.name, o.id from token k join token e on e.id = k.made_by join token o on o.id = e.owner_id
	where k.id = $12::bigint and o.name ~ '^[^@]+@[^@]+[.][^@]+$' and not exists (select from machine where name = $1::text)
), owned as (
	insert into subscription (name, state, channel, target, is_direct, token_id)
	select 'notify-' || replace(gen_random_uuid()::text, '-', ''), 'direct', 'mail', name, true, id from maker
	on conflict (target) where is_direct do update set target = excluded.target
	returning id
), put as (
	insert into machine (owner_id, name, arch, cpus, memory_mb, tags, runner_version, kernel_release, cpu_model, qemu_version, compiler_version,
		disk_free_bytes, token_id, page_size, firmware, linker_version, disk_bytes, toolchains, workloads, protocol, refused,
		accel, limits, is_sandboxed, build_memory_mb, build_processes)
	values ((select id from owned), $1::text, $2::text, $3::integer, $4::bigint, array(select tag from unnest($5::text[]) with ordinality t (tag, n) where tag !~ '^(machine|golden):' order by n), $6::text, $7::text, $8::text, $9::text, $10::text, $11::bigint, $12::bigint,
		$13::integer, $14::text, $15::text, $16::bigint, $17::text[], $18::jsonb, $19::integer, $20::text,
		(select word from unnest(array['kvm', 'native', 'tcg']) word where word = $21::text),
		case when $22::text = 'none' or ($22::text in ('cgroup', 'watch') and num_nulls($23::boolean, $24::bigint, $25::bigint) = 0) then $22::text end,
		$23::boolean, $24::bigint, $25::bigint)
	on conflict (name) do update set arch = excluded.arch, cpus = excluded.cpus, memory_mb = excluded.memory_mb, tags = excluded.tags,
		runner_version = excluded.runner_version, kernel_release = excluded.kernel_release, cpu_model = excluded.cpu_model,
		qemu_version = excluded.qemu_version, compiler_version = excluded.compiler_version,
		page_size = excluded.page_size, firmware = excluded.firmware, linker_version = excluded.linker_version, disk_bytes = excluded.disk_bytes,
		toolchains = excluded.toolchains, workloads = excluded.workloads, protocol = excluded.protocol, refused = excluded.refused,
		accel = excluded.accel, limits = excluded.limits, is_sandboxed = excluded.is_sandboxed, build_memory_mb = excluded.build_memory_mb, build_processes = excluded.build_processes, disk_free_bytes = excluded.disk_free_bytes, token_id = coalesce(machine.token_id, excluded.token_id), seen_at = now()
		where excluded.token_id is null or machine.token_id is null or machine.token_id = excluded.token_id
	returning id
), told as (
	insert into event (kind, subject_id)
	select 'machine', id from put where not exists (select from old where seen_at > now() - interval '2 minutes')
)
select id from put limit 1
