-- unprepared: one process migrates at a time; the others wait, longer than for anything else.
select set_config('statement_timeout', '10min', false), set_config('lock_timeout', '0', false), pg_advisory_lock(hashtext('faultline migrate'))
