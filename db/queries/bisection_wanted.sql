-- A search that nobody asked for, on a tree whose policy has minutes for them left today and none of them running: which commit brought a bug
-- that was seen in two attempts (a build breaks each time: one), where an older commit was tried clean; then which took it away, where it
-- has gone in numbers (bug_gone), or three attempts of newer ones did not show what two had. Each once. The profile is that under which it
-- was seen most. No parameters. No row: none.
with p as materialized (
	select p.tree_id, p.bisect_minutes from tree_policy p
	where p.is_on and p.bisect_minutes is not null
		and not exists (select from bisection x where x.tree_id = p.tree_id and x.state = 'running' and x.token_id is null)
		and p.bisect_minutes > unasked_minutes(p.tree_id)
), seen as materialized (
	select distinct on (tree_id, bug_id) * from (
		select p.tree_id, y.bug_id, y.profile_id, sum(y.attempts) as attempts, min(tc.ordinal) as first, max(tc.ordinal) as last
		from p join revision r on r.tree_id = p.tree_id and r.is_plain join bug_tally y on y.revision_id = r.id
			join tree_commit tc on tc.tree_id = r.tree_id and tc.commit_id = r.commit_id and tc.ordinal is not null
		group by p.tree_id, y.bug_id, y.profile_id) s
	order by tree_id, bug_id, attempts desc, profile_id
), tried as (
	select s.tree_id, s.bug_id, s.profile_id, s.attempts, coalesce(sum(t.attempts) filter (where tc.ordinal < s.first), 0) as before, coalesce(sum(t.attempts) filter (where tc.ordinal > s.last), 0) as behind
	from seen s join revision r on r.tree_id = s.tree_id and r.is_plain join tally t on t.revision_id = r.id and t.profile_id = s.profile_id and t.exposure > 0
		join tree_commit tc on tc.tree_id = r.tree_id and tc.commit_id = r.commit_id and (tc.ordinal < s.first or tc.ordinal > s.last)
	group by s.tree_id, s.bug_id, s.profile_id, s.attempts
)
select t.bug_id, w.kind, tree.name as tree, profile.name as profile, p.bisect_minutes as budget_minutes
from tried t join p on p.tree_id = t.tree_id join bug b on b.id = t.bug_id and b.state not in ('invalid', 'duplicate') and bug_what(b.type) <> 'warning'
	join tree on tree.id = t.tree_id join profile on profile.id = t.profile_id
	cross join (values ('broken'), ('fixed')) w (kind)
where case w.kind when 'broken' then t.before > 0 and (t.attempts >= 2 or bug_what(b.type) = 'build')
		else (t.attempts >= 2 and t.behind >= 3) or (t.behind > 0 and exists (select from bug_gone g where g.bug_id = t.bug_id and g.tree_id = t.tree_id)) end
	and not exists (select from bisection x where x.bug_id = t.bug_id and x.tree_id = t.tree_id and x.kind = w.kind)
order by w.kind, t.bug_id limit 1
