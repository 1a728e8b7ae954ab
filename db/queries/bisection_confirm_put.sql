-- What confirms a search was looked to. $1 bisection, $2 its run, or null: nothing was still to be tried.
update bisection set confirm_at = now(), confirm_run_id = $2::bigint where id = $1::bigint
