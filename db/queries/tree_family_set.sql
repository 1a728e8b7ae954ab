-- Puts a tree into a family. $1 tree, $2 family.
with changed as (
	update tree set family = $2::text where id = $1::bigint returning id
)
insert into event (kind, subject_id) select 'tree', id from changed
