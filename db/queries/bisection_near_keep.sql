-- Keeps which commits of a search touch paths near the crash, and has it looked at again. $1 bisection, $2 what they are known by, $3 weight of
-- those commits, $4 their hashes, $5 what each touches there (arrays alike).
with places as (
	update bisection_commit c set near = p.place, weight = case when p.place is null then 1 else $3::double precision end
	from bisection_commit o join commit k on k.id = o.commit_id left join unnest($4::text[], $5::text[]) p (sha, place) on p.sha = k.sha
	where c.bisection_id = $1::bigint and o.bisection_id = c.bisection_id and o.position = c.position and c.near is distinct from p.place
)
update bisection set near_by = $2::text, looked_at = '-infinity' where id = $1::bigint and state = 'running'
