-- In a preview: the bug that one of a report's titles would belong to by what was read so far; its own title before its others.
-- $1 preview, $2 title, $3 alternative titles, $4 attempt. No row: none of them was met yet.
select r.bug_id, r.new_bug, r.title = $2::text as is_own
from attempt_place l
join tree t on t.id = l.tree_id
join reread_title r on r.family = t.family
where l.attempt_id = $4::bigint and r.reread_id = $1::bigint and (r.title = $2 or r.title = any ($3::text[]))
order by r.title = $2 desc, r.bug_id, r.new_bug
limit 1
