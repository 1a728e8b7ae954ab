-- The points do not show these changes any more. What nobody has tried goes; what was tried and is undecided says so. What attempts of both
-- sides or people have decided on stands, whatever a few more points look like. $1 ids, as text of an array.
with dropped as (
	delete from change where id = any ($1::bigint[]) and state = 'new' and trial_id is null and alert_id is null
	returning id
)
update change set gone_at = coalesce(gone_at, now()) where id = any ($1::bigint[]) and state = 'new' and id not in (select id from dropped)
