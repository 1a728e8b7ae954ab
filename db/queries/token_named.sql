-- Who a proxy says it is: the token of that name, or a new one of kind trigger whose text nobody knows.
-- $1 name; $2 SHA-256 of such a text. No row: the name's token was revoked, is a runner's, enrols, or was made by somebody who is no admin
-- and knows its text.
with made as (
	insert into token (kind, name, hash) values ('trigger', $1::text, $2::bytea) on conflict (name) do nothing returning id, kind
)
select id, kind from made 
union all
select t.id, t.kind from token t left join token o on o.id = t.owner_id
where t.name = $1::text and t.revoked_at is null and t.kind not in ('runner', 'enrol') and (o.id is null or o.kind = 'admin')
limit 1
