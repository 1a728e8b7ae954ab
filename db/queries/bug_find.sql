-- The bug that one of a report's titles belongs to; its own title before its others, then the older bug.
-- $1 title, $2 alternative titles. No row: a bug not seen before.
select bug_id
from bug_title
where title = $1::text or title = any ($2::text[])
order by title = $1::text desc, bug_id
limit 1
