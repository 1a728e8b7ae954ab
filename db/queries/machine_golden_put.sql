-- An operator says what a machine is checked with, and wants it checked now. $1 name; $2 the attempt whose kernel and profile that are, null: what
-- passed last; $3 token's id; $4 note or null. No row: unknown machine. An unknown attempt is refused by its key.
with old as (
	select id, golden_attempt_id from machine where name = $1::text for update
), changed as (
	update machine set golden_attempt_id = $2::bigint, is_golden_wanted = true from old where machine.id = old.id returning machine.id
), noted as (
	insert into machine_change (machine_id, token_id, what, before, after, note)
	select id, $3::bigint, 'golden', golden_attempt_id::text, $2::bigint::text, $4::text from old
), told as (
	insert into event (kind, subject_id) select 'machine', id from changed
)
select id from changed limit 1
