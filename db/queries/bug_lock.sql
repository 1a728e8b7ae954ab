-- Only one at a time decides which bug a report belongs to; held to the transaction's end. Always one row.
select pg_advisory_xact_lock(hashtext('bug')) as lock limit 1
