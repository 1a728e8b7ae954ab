-- Begins the search for the commit that brought a bug or took it away, with both ends on the line of a git tree; ends that are not named are the
-- nearest that were tried: for `broken` the first on which it was seen and the last clean one before, for `fixed` the last on which it was
-- seen and the first clean one behind. $1 bug's id as text, $2 kind, $3 tree's name or null, $4 profile's name or null: where it was seen
-- most; $5 older and $6 newer end: a branch, a tag or a hash of at least 7 digits, or null; $7 budget in minutes, $8 token's id or null.
-- Always one row: id and is_new, or why not: no_bug, is_warning, not_seen, no_older, no_newer, no_range.
with b as (
	select id, state, type from bug where id = case when $1::text ~ '^[0-9]{1,18}$' then $1::text::bigint end
), seen as materialized (
	select r.tree_id, y.profile_id, y.attempts, tc.ordinal
	from b join bug_tally y on y.bug_id = b.id and bug_what(b.type) <> 'warning' join revision r on r.id = y.revision_id and r.is_plain
		join tree t on t.id = r.tree_id and t.kind = 'git' and ($3::text is null or t.name = $3::text)
		join profile p on p.id = y.profile_id and ($4::text is null or p.name = $4::text)
		join tree_commit tc on tc.tree_id = r.tree_id and tc.commit_id = r.commit_id and tc.ordinal is not null
), place as materialized (
	select tree_id, profile_id from seen group by tree_id, profile_id order by sum(attempts) desc, tree_id, profile_id limit 1
), hit as materialized (
	select distinct s.ordinal from seen s join place using (tree_id, profile_id)
), clean as materialized (
	select distinct tc.ordinal from place p join tree_commit tc on tc.tree_id = p.tree_id and tc.ordinal is not null
		join revision r on r.tree_id = p.tree_id and r.commit_id = tc.commit_id and r.is_plain
		join tally t on t.revision_id = r.id and t.profile_id = p.profile_id and t.exposure > 0
	where tc.ordinal not in (select ordinal from hit)
), named as (
	select (select tc.ordinal from tree_commit tc join commit c on c.id = tc.commit_id
			where tc.tree_id = p.tree_id and tc.ordinal is not null and (c.sha = $5::text or ($5::text ~ '^[0-9a-f]{7,64}$' and c.sha >= $5::text and c.sha < $5::text || 'g')
				or exists (select from tree_ref f where f.tree_id = p.tree_id and f.name = $5::text and f.commit_id = c.id))
			limit 1) as older,
		(select tc.ordinal from tree_commit tc join commit c on c.id = tc.commit_id
			where tc.tree_id = p.tree_id and tc.ordinal is not null and (c.sha = $6::text or ($6::text ~ '^[0-9a-f]{7,64}$' and c.sha >= $6::text and c.sha < $6::text || 'g')
				or exists (select from tree_ref f where f.tree_id = p.tree_id and f.name = $6::text and f.commit_id = c.id))
			limit 1) as newer
	from place p
), first_end as ( -- the one where the bug is
	select case when $2::text = 'broken' then case when $6::text is null then (select min(ordinal) from hit where $5::text is null or ordinal > n.older) else n.newer end
		else case when $5::text is null then (select max(ordinal) from hit where $6::text is null or ordinal < n.newer) else n.older end end as ordinal
	from named n
), ends as (
	select case when $2::text = 'broken' then case when $5::text is null then (select max(ordinal) from clean where ordinal < f.ordinal) else n.older end else f.ordinal end as older,
		case when $2::text = 'broken' then f.ordinal else case when $6::text is null then (select min(ordinal) from clean where ordinal > f.ordinal) else n.newer end end as newer
	from named n cross join first_end f
), made as (
	insert into bisection (tree_id, profile_id, kind, bug_id, older_id, newer_id, budget_minutes, token_id)
	select p.tree_id, p.profile_id, $2::text, b.id, o.commit_id, n.commit_id, $7::integer, $8::bigint
	from b cross join place p cross join ends e
		join tree_commit o on o.tree_id = p.tree_id and o.ordinal = e.older join tree_commit n on n.tree_id = p.tree_id and n.ordinal = e.newer
	where e.older < e.newer
	on conflict (bug_id, tree_id, kind) where state = 'running' do nothing
	returning id
), told as (
	insert into event (kind, subject_id) select 'bisection', id from made
)
select coalesce((select id from made), (select x.id from bisection x join b on b.id = x.bug_id join place p on p.tree_id = x.tree_id where x.kind = $2::text and x.state = 'running')) as id,
	exists (select from made) as is_new,
	case when not exists (select from b) then 'no_bug' when exists (select from b where bug_what(type) = 'warning') then 'is_warning' when not exists (select from place) then 'not_seen'
		when (select older from ends) is null then 'no_older' when (select newer from ends) is null then 'no_newer'
		when not exists (select from ends where older < newer) then 'no_range' end as why
limit 1
