-- unprepared: the next process may migrate.
select pg_advisory_unlock(hashtext('faultline migrate')), set_config('statement_timeout', '15s', false), set_config('lock_timeout', '5s', false)
