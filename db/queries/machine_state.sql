-- An operator sets a machine's state. $1 name; $2 state. No row: unknown machine. An unknown state is refused by its check.
with changed as (
	update machine set state = $2::text where name = $1::text returning id, arch
), told as (
	insert into event (kind, subject_id) select 'machine', id from changed
)
select id from changed limit 1
