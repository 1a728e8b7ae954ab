-- $1 tree. Always one row.
select pg_advisory_unlock(hashtext('tree'), $1::integer) as was_locked limit 1
