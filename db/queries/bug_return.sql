-- Gives back what a join or a duplicate has brought to other bugs: the titles that were this bug's, and the reports that carry them.
-- $1 bug. One row: how many reports, and the bugs to be counted anew.
with recursive elsewhere as (
	select b.duplicate_of as id from bug b where b.id = $1::bigint
	union
	select o.id from elsewhere e join bug b on b.id = e.id join bug o on o.id = b.duplicate_of or o.previous_id = b.id
), below as (
	select $1::bigint as id
	union
	select b.id from below w join bug b on b.duplicate_of = w.id
), titles as (
	update bug_title set bug_id = $1::bigint, joined_from = null, source = 'person'
	where joined_from = $1::bigint and bug_id in (select id from elsewhere)
	returning title
), own as (
	select title from titles
	union
	select title from bug_title where bug_id in (select id from below)
), reports as (
	update occurrence o set bug_id = $1::bigint
	where o.bug_id in (select id from elsewhere where id <> $1::bigint) and o.title in (select title from own)
		and not exists (select from bug_pin p where p.attempt_id = o.attempt_id and p.start_byte = o.start_byte)
	returning 1
)
select (select count(*) from reports) as reports, (select array_agg(id) from (select id from elsewhere union select $1::bigint) b) as bugs limit 1
