-- Searches for what builds and boots break with: what broke by the bug itself is told as that, and not once more as broken.
create or replace function bisection_sides(bisection_id bigint) returns table (n integer, what text, hits bigint, clean bigint, broken bigint, waiting bigint)
language plpgsql stable parallel safe as $$
begin
	return query
	select s.n, s.what, count(*) filter (where h.is_hit), count(*) filter (where not h.is_hit and (a.result = 'clean' or (a.is_built and a.result in ('crash', 'hang', 'no_boot')))),
		count(*) filter (where not h.is_hit and a.result in ('no_apply', 'no_build', 'no_boot') and not (a.is_built and a.result = 'no_boot')), count(*) filter (where a.is_waiting)
	from bisection x join bisection_side s on s.bisection_id = x.id
		left join lateral (
			select t.id, t.claimed_at, t.result, j.ended_at is null as is_waiting, bug_what((select b.type from bug b where b.id = x.bug_id)) = 'build' as is_built
			from job j left join lateral (select * from attempt where job_id = j.id offset 0) t on true
			where j.revision_id = s.revision_id and j.profile_id = x.profile_id and (j.ended_at is null or t.id is not null) order by j.id desc limit 1000) a on true
		cross join lateral (select exists (select from occurrence o where o.bug_id = x.bug_id and o.attempt_id = a.id and o.claimed_at = a.claimed_at) as is_hit) h
	where x.id = $1 group by s.n, s.what order by s.n;
end $$;
