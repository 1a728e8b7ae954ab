-- Wants the patches of commits that crossings need and their bases do not hold. No parameters.
insert into commit_patch (commit_id, tree_id)
select distinct on (w.commit_id) w.commit_id, x.tree_id
from crossing x cross join lateral (values (x.suspect_id), (x.fix_id)) w (commit_id)
where x.run_id is null and x.error is null and not exists (select from commit_patch p where p.commit_id = w.commit_id) and not commit_holds(x.base_id, w.commit_id)
order by w.commit_id, x.tree_id
on conflict do nothing
