-- Ends a token, and those that were made with it; again is fine. $1 its name; $2 only if it is this token, or was made with it (null: any).
-- No row touched: there is none such.
update token set revoked_at = coalesce(revoked_at, now())
where id in (select f.id from token t cross join lateral token_family(t.id) f
	where t.name = $1::text and ($2::bigint is null or t.id in (select o.id from token_family($2::bigint) o)))
