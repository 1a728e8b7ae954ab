-- An attempt that did not come to its workload, and how long its console is. $1 attempt. No row: it came to it, or another kind of end.
select coalesce(a.detail, '') as detail, coalesce(s.size_bytes, 0) as size_bytes
from attempt a left join stream s on s.attempt_id = a.id and s.name = 'console'
where a.id = $1::bigint and a.result = 'no_boot'
limit 1
