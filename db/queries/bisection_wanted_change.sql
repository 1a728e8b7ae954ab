-- A search that nobody asked for, for what moved: a confirmed change with commits between its edges, on a tree whose policy has minutes for
-- searches left today and none of them running. Each once. No parameters. No row: none.
select c.id as change_id, p.bisect_minutes as budget_minutes
from tree_policy p join series s on s.tree_id = p.tree_id join change c on c.series_id = s.id and c.state in ('confirmed', 'acknowledged') and c.gone_at is null and c.kind = 'level'
	join tree_commit g on g.tree_id = s.tree_id and g.commit_id = c.good_id join tree_commit b on b.tree_id = s.tree_id and b.commit_id = c.bad_id
where p.is_on and p.bisect_minutes is not null and (b.ordinal > g.ordinal + 1 or exists (select from commit_parent m where m.commit_id = c.bad_id and m.position = 1))
	and not exists (select from bisection x where x.tree_id = p.tree_id and x.state = 'running' and x.token_id is null)
	and p.bisect_minutes > unasked_minutes(p.tree_id)
	-- One search for all that moved at one place.
	and not exists (select from bisection x join change o on o.id = x.change_id join series os on os.id = o.series_id and os.tree_id = s.tree_id and os.profile_id = s.profile_id where o.good_id = c.good_id and o.bad_id = c.bad_id)
order by c.id limit 1
