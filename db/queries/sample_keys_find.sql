-- The id of a list of counter names. $1 SHA-256 over the names. No row: the list is new.
select id from sample_keys where hash = $1::text limit 1
