-- Which of a bug's titles these are. $1 bug, $2 titles. One row: own (how many of them are its own), all (how many it has), gone (they
-- are all another bug's that was split off this one), home (the bug that a join took all of them from, and that waits to get them back).
with asked as (
	select count(*) filter (where bt.bug_id = b.id) as own, count(*) as known, min(bt.bug_id) as low, max(bt.bug_id) as high,
		count(bt.joined_from) as joined, min(bt.joined_from) as from_low, max(bt.joined_from) as from_high
	from bug b join bug_title bt on bt.family = b.family and bt.title = any ($2::text[])
	where b.id = $1::bigint
)
select a.own, (select count(*) from bug_title where bug_id = $1::bigint) as all,
	(select h.other_id from bug_history h
		where h.bug_id = $1::bigint and h.action = 'split' and h.other_id = a.low and a.low = a.high and a.known = cardinality($2::text[]) limit 1) as gone,
	(select o.id from bug o
		where o.id = a.from_low and o.duplicate_of = $1::bigint and a.from_low = a.from_high and a.joined = cardinality($2::text[])) as home
from asked a
limit 1
