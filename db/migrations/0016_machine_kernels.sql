-- How often a machine had the kernel that a job needed.
create function machine_kernels(machine_id bigint) returns table (hits bigint, misses bigint)
language sql stable parallel safe as $$
	select count(*) filter (where is_built_from_cache), count(*) filter (where not is_built_from_cache)
	from (select is_built_from_cache from attempt where attempt.machine_id = $1 order by id desc limit 1000) newest
$$;
comment on function machine_kernels(bigint) is
	'Of a machine''s newest 1,000 attempts: kernels taken from the runner''s cache, and kernels built. Kernels that came ready and builds that failed are neither.';
