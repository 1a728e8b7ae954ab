-- Keeps counters of one boot under one list of names; rows that are there already stay.
-- $1 attempt, $2 its claim time, $3 boot, $4 list of names, $5 instants, $6 the values of each, as text of a bigint[].
insert into sample (attempt_id, claimed_at, boot_id, keys_id, t_ns, v)
select $1::bigint, $2::timestamptz, $3::uuid, $4::bigint, r.t_ns, r.v::bigint[]
from unnest($5::bigint[], $6::text[]) r (t_ns, v)
on conflict do nothing
