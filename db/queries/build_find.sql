-- Whether an attempt's build log speaks of the kernel. $1 attempt. `why`: what the runner says of a build that failed, null of one that did not.
-- No row: the attempt ended with no kernel's result, or for reasons of its machine or its patch.
select case when result = 'no_build' then coalesce(detail, '') end as why
from attempt
where id = $1::bigint and result not in ('fault', 'no_apply', 'no_commit')
limit 1
