-- Whose cookie this is. $1 its SHA-256. No row: nobody's, or it is over, or its token was revoked or renewed since.
select t.id, t.kind, t.name from session s join token t on t.id = s.token_id
where s.hash = $1::bytea and s.expires_at > now() and t.revoked_at is null and (t.renewed_at is null or t.renewed_at < s.created_at)
limit 1
