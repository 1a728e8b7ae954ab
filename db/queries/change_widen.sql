-- The pairs at a change's edges do not show it: its sides become the ends of both levels, which are tried next. $1 change, $2 the first commit of the
-- level before, $3 the last of the one behind.
with edges as (
	select c.id, left(g.sha, 12) as good, left(b.sha, 12) as bad
	from change c join commit g on g.id = c.good_id join commit b on b.id = c.bad_id
	where c.id = $1::bigint and c.state = 'new'
), widened as (
	update change c set good_id = $2::bigint, bad_id = $3::bigint, is_wide = true, trial_id = null, trial_pairs = 0, trial_chance = null, changed_at = now()
	from edges e where c.id = e.id
	returning c.id
), told as (
	insert into change_history (change_id, from_state, to_state, note)
	select id, 'new', 'new', 'attempts of ' || good || ' and ' || bad || ' in turn do not show it: the ends of both levels are tried' from edges
)
insert into event (kind, subject_id) select 'change', id from widened
