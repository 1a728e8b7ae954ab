-- Keeps the guest's phases; those that are there already stay.
-- $1 attempt, $2 boots, $3 instants, $4 names.
insert into phase (attempt_id, boot_id, t_ns, name)
select $1::bigint, r.boot_id, r.t_ns, r.name
from unnest($2::uuid[], $3::bigint[], $4::text[]) r (boot_id, t_ns, name)
on conflict do nothing
