-- Gives all that is one bug's to another: titles, reports, pins, and what is a duplicate of it. bug_mark tells of it.
-- $1 the bug that gets, $2 the one that gives, $3 who joins: person or reader. One row: the titles, for the life of both.
with titles as (
	update bug_title set bug_id = $1::bigint, joined_from = $2::bigint, source = case when $3::text = 'person' then 'person' else source end
	where bug_id = $2::bigint
	returning title
), pins as (
	update bug_pin set bug_id = $1::bigint where bug_id = $2::bigint
), duplicates as (
	update bug set duplicate_of = $1::bigint, version = version + 1 where duplicate_of = $2::bigint and id <> $1::bigint
), reports as (
	update occurrence set bug_id = $1::bigint where bug_id = $2::bigint
)
select coalesce(string_agg(title, '; ' order by title), '') as titles from titles limit 1
