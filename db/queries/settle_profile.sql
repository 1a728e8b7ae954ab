-- The profile that is one profile but for one factor, in which it is as another: found, or made.
-- $1 the profile, $2 the factor as page_bug_factors calls it, $3 the other profile.
-- No row: no such conditions are possible, or the factor is none of a profile's.
with given as (
	select p.id, p.name, w.*, p.tags, p.duration_s, p.attempts_max, p.build_limit_s, p.boot_limit_s, p.silence_limit_s, p.attempt_limit_s
	from profile p cross join profile o cross join lateral (
		select case $2::text when 'architecture' then o.arch else p.arch end as arch,
			-- An architecture brings its page size where nobody has tried it with this one.
			case when $2::text = 'page size' or ($2::text = 'architecture' and not exists (select from profile x where x.arch = o.arch and x.page_size = p.page_size)) then o.page_size else p.page_size end as page_size,
			case $2::text when 'config' then o.config else p.config end as config,
			case $2::text when 'file system' then o.fs else p.fs end as fs,
			case when $2::text in ('file system', 'mkfs options') then o.mkfs_options else p.mkfs_options end as mkfs_options,
			case when $2::text in ('file system', 'mount options') then o.mount_options else p.mount_options end as mount_options,
			case $2::text when 'block size' then o.block_size when 'blocks per page' then p.page_size * o.block_size / o.page_size else p.block_size end as block_size,
			case $2::text when 'memory' then o.memory_mb when 'memory per cpu' then p.cpus * (o.memory_mb / o.cpus) else p.memory_mb end as memory_mb,
			case $2::text when 'cpus' then o.cpus else p.cpus end as cpus,
			case when $2::text in ('NUMA nodes', 'more than one node') then o.numa_nodes else p.numa_nodes end as numa_nodes,
			case $2::text when 'command line' then o.cmdline else p.cmdline end as cmdline,
			case $2::text when 'workload' then o.workload else p.workload end as workload,
			case when $2::text in ('workload', 'workload arguments') then o.workload_args else p.workload_args end as workload_args) w
	where p.id = $1::bigint and o.id = $3::bigint and (p.config = 'running') = (o.config = 'running')
		and $2::text in ('architecture', 'page size', 'file system', 'block size', 'blocks per page', 'mkfs options', 'mount options', 'memory', 'cpus', 'memory per cpu', 'NUMA nodes',
			'more than one node', 'config', 'command line', 'workload', 'workload arguments')
), possible as (
	select g.* from given g where g.block_size between 512 and g.page_size and (g.fs <> 'ext4' or g.block_size >= 1024)
), found as (
	select min(p.id) as id from possible g join profile p
		on (p.arch, p.page_size, p.config, p.fs, p.mkfs_options, p.mount_options, p.block_size, p.memory_mb, p.cpus, p.numa_nodes, p.cmdline, p.workload, p.workload_args, p.duration_s)
			is not distinct from (g.arch, g.page_size, g.config, g.fs, g.mkfs_options, g.mount_options, g.block_size, g.memory_mb, g.cpus, g.numa_nodes, g.cmdline, g.workload, g.workload_args, g.duration_s)
), made as (
	insert into profile (name, arch, page_size, config, fs, mkfs_options, mount_options, block_size, memory_mb, cpus, numa_nodes, cmdline, workload, workload_args, duration_s,
		attempts_max, build_limit_s, boot_limit_s, silence_limit_s, attempt_limit_s, tags)
	select left(g.name, 35) || '-' || left(replace(lower($2::text), ' ', '-'), 20) || '-' || left(md5(concat_ws(' ', g.arch, g.page_size, g.config, g.fs, g.mkfs_options, g.mount_options, g.block_size, g.memory_mb,
			g.cpus, g.numa_nodes, g.cmdline, g.workload, g.workload_args, g.duration_s)), 6),
		g.arch, g.page_size, g.config, g.fs, g.mkfs_options, g.mount_options, g.block_size, g.memory_mb, g.cpus, g.numa_nodes, g.cmdline, g.workload, g.workload_args, g.duration_s,
		g.attempts_max, g.build_limit_s, g.boot_limit_s, g.silence_limit_s, g.attempt_limit_s, g.tags
	from possible g where (select id from found) is null
	on conflict (name) do nothing
	returning id
)
select p.id from (select id from found where id is not null union all select id from made) p limit 1;
