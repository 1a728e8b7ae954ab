-- In a preview: titles that a bug would get. $1 preview, $2 titles, $3 bug or null, $4 title of the bug that would be made, or null,
-- $5 attempt.
insert into reread_title (reread_id, family, title, bug_id, new_bug)
select $1::bigint, t.family, r.title, $3::bigint, $4::text
from attempt_place l
join tree t on t.id = l.tree_id
cross join unnest($2::text[]) r (title)
where l.attempt_id = $5::bigint and not exists (select from bug_title k where k.family = t.family and k.title = r.title)
on conflict do nothing
