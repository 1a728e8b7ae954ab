-- Keeps how the jobs of runs ended that have been over for an hour. One row: how many runs.
select run_settle(interval '1 hour') as settled limit 1
