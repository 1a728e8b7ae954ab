-- Which conditions of a bug idle machines tried in the last day, and how often. $1 bug.
select factor, level, count(*) as runs from cell_run where bug_id = $1::bigint and ordered_at > now() - interval '24 hours' group by factor, level order by factor, level limit 1000
