-- Nobody else counts, or changes what is counted, until the transaction's end: for what moves reports of any number of cells from one bug
-- to another. Always one row.
select pg_advisory_xact_lock(hashtextextended('tally', 0))::text as gate limit 1
