-- Runs of a search that wait or run. $1 bisection.
select distinct r.run_id from bisection_run r join job j on j.run_id = r.run_id and j.ended_at is null where r.bisection_id = $1::bigint order by r.run_id limit 1000
