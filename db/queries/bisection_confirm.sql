-- What confirms a search that has found one commit: the newer end, plain and with that commit reverted. $1 bisection. No row: it is a merge, which
-- reverts only towards a parent.
select x.newer_id, k.sha, left(k.sha, 12) as short
from bisection x cross join lateral (select c.commit_id from bisection_commit c where c.bisection_id = x.id order by c.belief desc, c.position limit 1) top
	join commit k on k.id = top.commit_id
where x.id = $1::bigint and not exists (select from commit_parent p where p.commit_id = k.id and p.position = 1) limit 1
