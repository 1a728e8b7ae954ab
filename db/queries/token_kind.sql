-- The kind of a token that is not revoked. $1 its name. No row: there is none.
select kind from token where name = $1::text and revoked_at is null
