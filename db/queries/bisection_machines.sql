-- Machines that may run a search's attempts: those that gave it values first, the most first. $1 bisection.
select m.name
from bisection x join profile p on p.id = x.profile_id join machine m on m.arch = p.arch and m.state = 'active' and m.seen_at > now() - interval '2 minutes'
where x.id = $1::bigint
order by (select count(*) from bisection_attempt e join attempt a on a.id = e.attempt_id where e.bisection_id = x.id and a.machine_id = m.id) desc, m.id limit 32
