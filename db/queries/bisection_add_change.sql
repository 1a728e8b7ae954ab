-- Begins the search for the commit that moved what a change is of, between its last commit before and its first behind. $1 change's id as text, $2
-- budget in minutes, $3 token's id or null. Always one row: id and is_new, or why not: no_change, slope, false_alarm, one_commit.
with c as (
	select c.id, c.kind, c.state, c.good_id, c.bad_id, s.tree_id, s.profile_id, g.ordinal as good, b.ordinal as bad,
		exists (select from commit_parent m where m.commit_id = c.bad_id and m.position = 1) as is_merge
	from change c join series s on s.id = c.series_id
		join tree_commit g on g.tree_id = s.tree_id and g.commit_id = c.good_id join tree_commit b on b.tree_id = s.tree_id and b.commit_id = c.bad_id
	where c.id = case when $1::text ~ '^[0-9]{1,18}$' then $1::text::bigint end
), made as (
	insert into bisection (tree_id, profile_id, kind, change_id, older_id, newer_id, budget_minutes, token_id)
	select tree_id, profile_id, 'moved', id, good_id, bad_id, $2::integer, $3::bigint
	from c where kind = 'level' and state <> 'false_alarm' and (bad > good + 1 or is_merge)
	on conflict (change_id) where state = 'running' and change_id is not null do nothing
	returning id
), told as (
	insert into event (kind, subject_id) select 'bisection', id from made
)
select coalesce((select id from made), (select x.id from bisection x join c on c.id = x.change_id where x.state = 'running')) as id, exists (select from made) as is_new,
	case when not exists (select from c) then 'no_change' when (select kind from c) <> 'level' then 'slope' when (select state from c) = 'false_alarm' then 'false_alarm'
		when (select bad <= good + 1 and not is_merge from c) then 'one_commit' end as why
limit 1
