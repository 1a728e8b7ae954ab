-- Who a proxy says it is: the token of that name, or a new one of kind trigger whose text nobody knows.
-- $1 name; $2 SHA-256 of such a text. No row: the name's token was revoked, is a runner's, or enrols.
with made as (
	insert into token (kind, name, hash) values ('trigger', $1::text, $2::bytea) on conflict (name) do nothing returning id, kind
)
select id, kind from made union all select id, kind from token where name = $1::text and revoked_at is null and kind not in ('runner', 'enrol') limit 1
