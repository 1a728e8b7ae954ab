-- Bugs with a fix that a tree has beside its line only, so that it must be looked for which merge brings it. Those for which the tree has
-- the fix already are left alone. $1 tree. Most: 100.
select distinct f.bug_id
from bug_fix_commit f
join bug_fix_tree x on x.bug_id = f.bug_id and x.tree_id = f.tree_id
left join tree_commit tc on tc.tree_id = f.tree_id and tc.commit_id = f.landed_id
where f.tree_id = $1::bigint and tc.ordinal is null and (f.is_revert or not x.is_in)
order by 1 desc
limit 100
