-- Looks for the commits that bring fixes or take them away, by title, in the trees as they stand. git's own words for a revert and
-- for taking one back. $1 bug (null: all), $2 tree (null: all of the family).
with fix as (
	select bug_id, tree_id, title, sha from bug_fix_tree
	where title is not null and ($1::bigint is null or bug_id = $1::bigint) and ($2::bigint is null or tree_id = $2::bigint)
), found as (
	select f.bug_id, f.tree_id, c.id, s.is_revert
	from fix f
	cross join lateral (values (f.title, false), ('Revert "' || f.title || '"', true), ('Reapply "' || f.title || '"', false),
		('Revert "Revert "' || f.title || '""', false)) s (subject, is_revert)
	join commit c on c.subject = s.subject
	union
	select f.bug_id, f.tree_id, c.id, false from fix f join commit c on c.sha = f.sha
)
insert into bug_fix_commit (bug_id, tree_id, commit_id, is_revert, landed_id)
select distinct on (f.bug_id, f.tree_id, f.id) f.bug_id, f.tree_id, f.id, f.is_revert, case when tc.ordinal is not null then f.id end
from found f join tree_commit tc on tc.tree_id = f.tree_id and tc.commit_id = f.id
order by f.bug_id, f.tree_id, f.id, f.is_revert
on conflict (bug_id, tree_id, commit_id) do update set landed_id = excluded.landed_id
where excluded.landed_id is not null and bug_fix_commit.landed_id is distinct from excluded.landed_id
