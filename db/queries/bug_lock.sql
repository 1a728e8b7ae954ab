-- Only one at a time decides which of a family's bugs a report belongs to, or changes one's life; held to the transaction's end.
-- $1 family. Always one row.
select pg_advisory_xact_lock(hashtext('bug'), hashtext($1::text)) as lock limit 1
