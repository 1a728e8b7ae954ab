-- All that a runner must know to do a job, as JSON. $1 job's id. No such job: null.
select job_order($1::bigint) as job limit 1
