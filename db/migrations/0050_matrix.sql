-- What a matrix has as rows and columns: any of a profile's conditions.

create function profile_factor(p profile, factor text) returns text
language sql immutable parallel safe as $$
	select case $2
		when 'arch' then p.arch
		when 'config' then p.config
		when 'cpus' then coalesce(p.cpus::text, 'of the machine')
		when 'fs' then p.fs || ' ' || page_block(p.block_size)
		when 'fs-workload' then p.fs || ' ' || page_block(p.block_size) || ', ' || regexp_replace(p.workload, '^migrate-', '')
		when 'memory' then coalesce(p.memory_mb || ' MiB', 'of the machine')
		when 'mount' then coalesce(nullif(p.mount_options, ''), 'defaults')
		when 'numa' then coalesce(p.numa_nodes::text, 'of the machine')
		when 'page' then page_block(p.page_size)
		when 'workload' then regexp_replace(p.workload, '^migrate-', '') end
$$;
comment on function profile_factor(profile, text) is 'The level of one factor in a profile, as people read it; null: there is no such factor.';
