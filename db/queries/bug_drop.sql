-- Takes a bug away that bug_forget has left without a title. $1 bug.
delete from bug
where id = $1::bigint and bug_is_untouched($1::bigint)
	and not exists (select from bug_title where bug_id = $1::bigint)
	and not exists (select from bug_history where bug_id = $1::bigint or other_id = $1::bigint)
	and not exists (select from occurrence where bug_id = $1::bigint)
