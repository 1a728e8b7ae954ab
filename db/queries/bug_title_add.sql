-- Adds titles to a bug; titles that belong to another stay there. $1 bug, $2 titles.
insert into bug_title (title, bug_id)
select title, $1::bigint from unnest($2::text[]) r (title)
on conflict do nothing
