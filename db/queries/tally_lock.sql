-- Which cell an attempt counts in. Only one transaction at a time counts a cell or changes what is counted in it; held to its end: without
-- that, two would each miss what the other has not committed. The gate is what tally_lock_all shuts. $1 attempt. No row: there is no such attempt.
select j.revision_id, j.profile_id, pg_advisory_xact_lock_shared(hashtextextended('tally', 0))::text as gate,
	pg_advisory_xact_lock(hashtextextended('tally ' || j.revision_id || ' ' || j.profile_id, 0))::text as lock
from attempt a
join job j on j.id = a.job_id
where a.id = $1::bigint
limit 1
