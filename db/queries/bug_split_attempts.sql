-- What attempts have to do with a bug. $1 bug, $2 attempts. One row: own (how many of them have a report of it), all (how many attempts
-- have one), gone (a bug that was split off this one has reports of all of them, by a person's word).
select (select count(distinct attempt_id) from occurrence where bug_id = $1::bigint and attempt_id = any ($2::bigint[])) as own,
	(select count(distinct attempt_id) from occurrence where bug_id = $1::bigint) as all,
	(select h.other_id from bug_history h
		where h.bug_id = $1::bigint and h.action = 'split'
			and (select count(distinct p.attempt_id) from bug_pin p where p.bug_id = h.other_id and p.attempt_id = any ($2::bigint[])) = cardinality($2::bigint[])
		order by h.id desc limit 1) as gone
limit 1
