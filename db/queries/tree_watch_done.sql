-- A fetch went well; a wish that is younger than its beginning stays. $1 tree, $2 when it began.
with done as (
	update tree
	set refreshed_at = now(), refresh_error = null,
		refresh_wanted_at = case when refresh_wanted_at > $2::timestamptz then refresh_wanted_at end
	where id = $1::bigint
	returning id
)
insert into event (kind, subject_id) select 'tree', id from done
