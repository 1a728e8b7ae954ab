-- An operator judges a machine's health; attempts until now say nothing about it any more, and no check takes "bad" back. $1 name; $2 health; $3 token's id; $4 note or
-- null. No row: unknown machine. An unknown health is refused by its check.
with old as (
	select id, health from machine where name = $1::text for update
), changed as (
	update machine set health = $2::text, judged_at = now(), judged_by = $3::bigint, health_why = case when $2::text in ('bad', 'looping') then coalesce($4::text, 'an operator said so') end
	from old where machine.id = old.id returning machine.id
), noted as (
	insert into machine_change (machine_id, token_id, what, before, after, note)
	select id, $3::bigint, 'health', health, $2::text, $4::text from old
), told as (
	insert into event (kind, subject_id) select 'machine', id from changed
)
select id from changed limit 1
