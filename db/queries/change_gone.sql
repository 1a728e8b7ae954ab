-- The points do not show these changes any more. What nobody has tried or decided on goes, the others say so. $1 ids, as text of an array.
with dropped as (
	delete from change where id = any ($1::bigint[]) and state = 'new' and trial_id is null and alert_id is null
	returning id
)
update change set gone_at = coalesce(gone_at, now()) where id = any ($1::bigint[]) and id not in (select id from dropped)
