-- A fetch failed; a wish that is younger than its beginning stays. $1 tree, $2 when it began, $3 why, for people.
with before as (
	select refresh_error from tree where id = $1::bigint
),
failed as (
	update tree
	set refresh_error = $3::text, refresh_wanted_at = case when refresh_wanted_at > $2::timestamptz then refresh_wanted_at end
	where id = $1::bigint
	returning id
)
insert into event (kind, subject_id)
select 'tree', failed.id from failed, before where before.refresh_error is distinct from $3::text
