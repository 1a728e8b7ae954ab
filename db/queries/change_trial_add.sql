-- Notes a run as a pair of a trial. $1 trial, $2 run.
insert into change_trial_run (trial_id, run_id) values ($1::bigint, $2::bigint) on conflict do nothing
