-- How far the running attempts are, for pages that are open.
select id, coalesce(step_done, 0) as step_done from attempt where state = 'running' order by id desc limit 500
