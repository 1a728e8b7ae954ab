-- Notes one of the four kernels of a crossing. $1 crossing, $2 it holds the suspect, $3 it holds the fix, $4 revision.
insert into crossing_cell (crossing_id, has_suspect, has_fix, revision_id) values ($1::bigint, $2::boolean, $3::boolean, $4::bigint) on conflict do nothing
