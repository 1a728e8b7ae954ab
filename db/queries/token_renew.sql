-- Gives a token a new text; what it owns stays. $1 its name; $2 SHA-256 of the text. No row touched: there is none, or it was revoked.
update token set hash = $2::bytea, renewed_at = now() where name = $1::text and revoked_at is null
