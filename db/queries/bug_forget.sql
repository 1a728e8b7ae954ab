-- Takes away the titles of a bug that only readers have had to do with and that has no occurrence any more, since a report that
-- it was made for reads otherwise now that more of it is here. bug_drop then takes the bug. Needs bug_lock. $1 bug.
delete from bug_title
where bug_id = $1::bigint
	and bug_is_untouched($1::bigint)
	and not exists (select from rule where bug_id = $1::bigint)
	and not exists (select from occurrence where bug_id = $1::bigint)
