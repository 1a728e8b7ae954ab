-- Notes the run that confirms a search. $1 bisection, $2 run.
update bisection set confirm_run_id = $2::bigint where id = $1::bigint
