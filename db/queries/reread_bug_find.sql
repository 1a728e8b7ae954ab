-- In a preview: the bug that one of a report's titles would belong to by what was read so far; its own title before its others.
-- $1 preview, $2 title, $3 alternative titles. No row: none of them was met yet.
select bug_id, new_bug, title = $2::text as is_own
from reread_title
where reread_id = $1::bigint and (title = $2 or title = any ($3::text[]))
order by title = $2 desc, bug_id, new_bug
limit 1
