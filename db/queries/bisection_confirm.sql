-- Within a transaction: a search that has found one commit and of which nothing was looked to yet that confirms it, nobody else's until the end; a fix once its
-- patch is made, or cannot be. `is_merge`: it reverts only towards a parent. No parameters. No row: none.
select x.id, x.tree_id, x.profile_id, x.token_id, p.name as profile, x.kind = 'fixed' as is_fix, x.older_id, x.newer_id, x.clean_runs, k.id as culprit_id, k.sha, left(k.sha, 12) as short, k.subject,
	(select m.parent_id from commit_parent m where m.commit_id = k.id and m.position = 0) as parent_id, exists (select from commit_parent m where m.commit_id = k.id and m.position = 1) as is_merge, c.sha256 as patch
from bisection x join profile p on p.id = x.profile_id
	cross join lateral (select b.commit_id from bisection_commit b where b.bisection_id = x.id order by b.belief desc, b.position limit 1) top join commit k on k.id = top.commit_id
	left join commit_patch c on c.commit_id = k.id
where x.state = 'found' and x.confirm_at is null and x.kind <> 'moved' and (x.kind = 'broken' or c.sha256 is not null or c.error is not null)
order by x.id limit 1 for update of x skip locked
