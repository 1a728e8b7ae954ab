-- Takes away the titles of a bug that nobody has touched and that has no occurrence any more, since a report that it was made for reads
-- otherwise now that more of it is here. bug_drop then takes the bug. Needs bug_lock. $1 bug.
delete from bug_title
where bug_id = $1::bigint
	and exists (select from bug where id = $1::bigint and state = 'new')
	and not exists (select from occurrence where bug_id = $1::bigint)
