-- Adds a profile.
-- $1 name, arch, page_size, config, fs, mkfs_options, mount_options, block_size, memory_mb, cpus, numa_nodes, cmdline, workload, workload_args, duration_s, attempts_max, build_limit_s, boot_limit_s, silence_limit_s, attempt_limit_s, queue_limit_s, tags as a JSON object. Always one row: is_made, and is_same (one of that name and content is there).
with given as (
	select * from json_to_record($1::json) as g (name text, arch text, page_size integer, config text, fs text, mkfs_options text,
		mount_options text, block_size integer, memory_mb integer, cpus integer, numa_nodes integer, cmdline text, workload text,
		workload_args text[], duration_s integer, attempts_max integer, build_limit_s integer, boot_limit_s integer,
		silence_limit_s integer, attempt_limit_s integer, queue_limit_s integer, tags text[])
),
made as (
	insert into profile (name, arch, page_size, config, fs, mkfs_options, mount_options, block_size, memory_mb, cpus, numa_nodes, cmdline, workload, workload_args, duration_s, attempts_max, build_limit_s, boot_limit_s, silence_limit_s, attempt_limit_s, queue_limit_s, tags)
	select g.name, g.arch, g.page_size, g.config, g.fs, g.mkfs_options, g.mount_options, g.block_size, g.memory_mb, g.cpus, g.numa_nodes, g.cmdline, g.workload, g.workload_args, g.duration_s, g.attempts_max, g.build_limit_s, g.boot_limit_s, g.silence_limit_s, g.attempt_limit_s, g.queue_limit_s, g.tags from given g
	on conflict (name) do nothing
	returning name
)
select exists (select from made) as is_made,
	exists (
		select from profile p
		join given g on (p.name, p.arch, p.page_size, p.config, p.fs, p.mkfs_options, p.mount_options, p.block_size, p.memory_mb, p.cpus, p.numa_nodes, p.cmdline, p.workload, p.workload_args, p.duration_s, p.attempts_max, p.build_limit_s, p.boot_limit_s, p.silence_limit_s, p.attempt_limit_s, p.queue_limit_s, p.tags)
			is not distinct from (g.name, g.arch, g.page_size, g.config, g.fs, g.mkfs_options, g.mount_options, g.block_size, g.memory_mb, g.cpus, g.numa_nodes, g.cmdline, g.workload, g.workload_args, g.duration_s, g.attempts_max, g.build_limit_s, g.boot_limit_s, g.silence_limit_s, g.attempt_limit_s, g.queue_limit_s, g.tags)
	) as is_same
limit 1;
