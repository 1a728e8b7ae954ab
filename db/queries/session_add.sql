-- Signs somebody in, and forgets sessions that are over. $1 SHA-256 of the cookie; $2 token; $3 seconds that it lasts.
with gone as (
	delete from session where hash in (select hash from session where expires_at < now() order by expires_at limit 1000)
)
insert into session (hash, token_id, expires_at) values ($1::bytea, $2::bigint, now() + $3::bigint * interval '1 second')
