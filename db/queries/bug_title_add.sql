-- Adds titles to a bug; titles that belong to another of its family stay there. $1 bug, $2 titles.
insert into bug_title (title, bug_id, family)
select r.title, b.id, b.family from unnest($2::text[]) r (title), bug b where b.id = $1::bigint
on conflict do nothing
