-- A bug is gone on a tree; what was told stays told. $1 bug, $2 tree, $3 last commit with it, $4 first behind, $5 migrations behind,
-- $6 occurrences due in these, $7 how sure.
insert into bug_gone (bug_id, tree_id, last_id, first_id, exposure, due, chance)
values ($1::bigint, $2::bigint, $3::bigint, $4::bigint, $5::bigint, $6::double precision, $7::double precision)
on conflict (bug_id, tree_id) do update
set last_id = excluded.last_id, first_id = excluded.first_id, exposure = excluded.exposure, due = excluded.due, chance = excluded.chance
