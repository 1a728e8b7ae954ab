-- An operator sets a machine's state. $1 name; $2 state; $3 token's id; $4 note or null. No row: unknown machine. An unknown state is
-- refused by its check.
with old as (
	select id, state from machine where name = $1::text for update
), changed as (
	update machine set state = $2::text from old where machine.id = old.id returning machine.id
), noted as (
	insert into machine_change (machine_id, token_id, what, before, after, note)
	select id, $3::bigint, 'state', state, $2::text, $4::text from old where state <> $2::text
), told as (
	insert into event (kind, subject_id) select 'machine', id from changed
)
select id from changed limit 1
