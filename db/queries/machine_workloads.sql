-- The arguments that machines take for a workload, each set once. $1 workload, $2 architecture. No row: no machine has said that it
-- holds it.
select min(m.name) as machine, (w.value -> 'arguments')::text as arguments
from machine m cross join lateral jsonb_array_elements(m.workloads) w
where w.value ->> 'name' = $1::text and w.value -> 'arches' ? $2::text
group by w.value -> 'arguments'
order by min(m.name)
limit 20
