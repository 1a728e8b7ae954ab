-- Only one process at a time tries rules; held to the transaction's end: a report that goes while it is tried leaves no match behind.
-- Always one row.
select pg_try_advisory_xact_lock(hashtext('rules')) as is_mine limit 1
