-- The commits of a search's range but for its older end, in their order. $1 bisection.
select k.sha from bisection_commit c join commit k on k.id = c.commit_id
where c.bisection_id = $1::bigint and c.position > 0 order by c.position limit 20000
