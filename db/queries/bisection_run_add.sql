-- Notes a run as one that a search ordered. $1 bisection, $2 run.
insert into bisection_run (bisection_id, run_id) values ($1::bigint, $2::bigint) on conflict do nothing
