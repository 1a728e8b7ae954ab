-- Ends a token; again is fine. $1 its name. No row touched: there is none.
update token set revoked_at = coalesce(revoked_at, now()) where name = $1::text
