-- The newest attempts of a machine are had by its own index. Asked as a range, since with `=` the order may be taken from the key: then all
-- attempts of the others are read for a machine that has few (of a million: 4 s).
create or replace function machine_kernels(machine_id bigint) returns table (hits bigint, misses bigint)
language sql stable parallel safe as $$
	select count(*) filter (where is_built_from_cache), count(*) filter (where not is_built_from_cache)
	from (
		select is_built_from_cache from attempt where attempt.machine_id between $1 and $1 order by attempt.machine_id, id desc limit 1000
	) newest
$$;
