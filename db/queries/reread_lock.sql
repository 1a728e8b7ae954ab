-- Only one pass over old consoles at a time; held until the connection ends. Always one row.
select pg_try_advisory_lock(hashtext('reread')) as is_mine limit 1
