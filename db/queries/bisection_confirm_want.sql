-- Wants the patches of fixes that were found, to apply them to the older end. No parameters.
insert into commit_patch (commit_id, tree_id)
select distinct on (top.commit_id) top.commit_id, x.tree_id
from bisection x cross join lateral (select b.commit_id from bisection_commit b where b.bisection_id = x.id order by b.belief desc, b.position limit 1) top
where x.state = 'found' and x.confirm_at is null and x.kind = 'fixed' and not exists (select from commit_patch p where p.commit_id = top.commit_id)
order by top.commit_id, x.tree_id
on conflict do nothing
