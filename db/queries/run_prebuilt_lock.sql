-- Whoever lays a prebuilt tree's versions in order does it alone, until the transaction's end; the next statement sees what others laid.
-- An advisory lock, since rows of the tree are locked in another order elsewhere. $1 tree's id. Answers one row without a meaning.
select pg_advisory_xact_lock(hashtextextended('prebuilt ' || $1::bigint, 0))::text as locked
