-- Notes a run as one for idle machines. $1 run, $2 tree, $3 bug, $4 factor, $5 level, $6 bits a minute.
insert into cell_run (run_id, tree_id, bug_id, factor, level, gain) values ($1::bigint, $2::bigint, $3::bigint, $4::text, $5::text, $6::double precision)
