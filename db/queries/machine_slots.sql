-- An operator says how many attempts a machine takes at once. $1 name; $2 number, null: as many as its runners ask for; $3 token's id;
-- $4 note or null. No row: unknown machine.
with old as (
	select id, slots from machine where name = $1::text for update
), changed as (
	update machine set slots = $2::integer from old where machine.id = old.id returning machine.id
), noted as (
	insert into machine_change (machine_id, token_id, what, before, after, note)
	select id, $3::bigint, 'slots', slots::text, $2::integer::text, $4::text from old where slots is distinct from $2::integer
), told as (
	insert into event (kind, subject_id) select 'machine', id from changed
)
select id from changed limit 1
