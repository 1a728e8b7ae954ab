-- Only one process fetches a tree; held by the connection, not the transaction, since a fetch takes minutes. $1 tree. Always one row.
select pg_try_advisory_lock(hashtext('tree'), $1::integer) as is_locked limit 1
