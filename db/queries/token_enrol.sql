-- A one-time token makes the token of a machine's runner, called as the machine. $1 its id; $2 the machine's name; $3 SHA-256 of the new token's
-- text, which the runner has made: sent again it is answered again. state: made; again; used; ended; taken (that machine, or a token of that name,
-- is there). One row, with the name of the token that it has made. An impossible name is refused by its check.
with enrol as materialized (
	select id, used_at, ends_at from token where id = $1::bigint and kind = 'enrol' for update
), judged as (
	select enrol.id, made.name, case
		when made.name = $2::text and made.hash = $3::bytea and made.revoked_at is null then 'again'
		when enrol.used_at is not null then 'used'
		when enrol.ends_at < now() then 'ended'
		when exists (select from token where name = $2::text) or exists (select from machine where name = $2::text and token_id is not null) then 'taken'
		else 'made' end as state
	from enrol left join token made on made.made_by = enrol.id
), made as (
	insert into token (kind, name, hash, made_by) select 'runner', $2::text, $3::bytea, id from judged where state = 'made' returning made_by
), noted as (
	update token set used_at = now() from made where token.id = made.made_by
)
select state, name from judged limit 1
