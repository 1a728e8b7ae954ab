-- Gives titles of a bug, and the reports that carry them, to another. What the first is called is one of those that are left.
-- $1 the bug that gives, $2 the one that gets, $3 titles.
with titles as (
	update bug_title set bug_id = $2::bigint, joined_from = null, source = 'person'
	where bug_id = $1::bigint and title = any ($3::text[])
), renamed as (
	update bug set title = (
		select bt.title from bug_title bt
		where bt.bug_id = $1::bigint and bt.title <> all ($3::text[])
		order by (select count(*) from occurrence o where o.bug_id = $1::bigint and o.title = bt.title) desc, bt.title
		limit 1)
	where id = $1::bigint and title = any ($3::text[])
)
update occurrence o set bug_id = $2::bigint
where o.bug_id = $1::bigint and o.title = any ($3::text[])
	and not exists (select from bug_pin p where p.attempt_id = o.attempt_id and p.start_byte = o.start_byte)
