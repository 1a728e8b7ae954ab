-- A fetch begins. $1 tree. One row: when, to be given to tree_watch_done and tree_watch_fail.
update tree set refresh_tried_at = clock_timestamp() where id = $1::bigint returning refresh_tried_at::text as began_at
