-- Who has this token, and notes its use once a minute, for which nobody waits for the disk. Not for use within a transaction. $1 SHA-256 of the text. No row: unknown or revoked.
with hasty as materialized (
	select set_config('synchronous_commit', 'off', true)
), found as (
	select id, kind, last_used_at from token where hash = $1::bytea and revoked_at is null
), used as (
	update token set last_used_at = now() from found, hasty
	where token.id = found.id and (found.last_used_at is null or found.last_used_at < now() - interval '1 minute')
)
select id, kind from found
