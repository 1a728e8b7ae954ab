-- In a preview: titles that a bug would get. $1 preview, $2 titles, $3 bug or null, $4 title of the bug that would be made, or null.
insert into reread_title (reread_id, title, bug_id, new_bug)
select $1::bigint, title, $3::bigint, $4::text from unnest($2::text[]) r (title)
where not exists (select from bug_title t where t.title = r.title)
on conflict do nothing
