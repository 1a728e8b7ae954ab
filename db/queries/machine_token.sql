-- A machine is handed to a runner's token. $1 machine's name; $2 token's name. One row when the token is there and not revoked;
-- machines: 0, there is no such machine.
with given as (
	select id from token where name = $2::text and kind = 'runner' and revoked_at is null
), changed as (
	update machine set token_id = given.id from given where machine.name = $1::text returning machine.id
)
select (select count(*) from changed) as machines from given
