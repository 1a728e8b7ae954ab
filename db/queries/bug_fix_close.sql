-- Closes bugs whose fix every tracked tree of the family has that needs it; one at least has it. $1 bug (null: all of the family), $2 family.
with whole as (
	select b.id, b.state, count(*) as trees, count(*) filter (where x.is_in) as having_it
	from bug b
	join bug_fix_tree x on x.bug_id = b.id
	where b.family = $2::text and ($1::bigint is null or b.id = $1::bigint) and b.state in ('new', 'open', 'reopened')
	group by b.id, b.state
	having bool_and(x.is_in or x.is_needless) and bool_or(x.is_in)
), closed as (
	update bug set state = 'fixed', version = bug.version + 1 from whole where bug.id = whole.id returning bug.id
), told as (
	insert into bug_history (bug_id, action, from_state, to_state, detail)
	select id, 'fixed', state, 'fixed', case when trees = 1 then 'the tracked tree has it' when having_it = trees then 'all ' || trees || ' tracked trees have it'
		else having_it || ' of ' || trees || ' tracked trees have it, the others need no fix' end
	from whole
)
insert into event (kind, subject_id) select 'bug', id from closed
