-- Orders suspect x fix. What is not named is what searches found: the suspect the likeliest commit of the last search for what brought the bug,
-- the fix that of the last one for what took it away, else the fix that people named; the base the last commit on which the bug was
-- seen, the profile that under which it was seen most. $1 bug's id as text, $2 tree's name or null (where it was seen most), $3 profile's
-- name or null, $4 base, $5 suspect, $6 fix: a branch, a tag or a hash of at least 7 digits, or null; $7 attempts of each; $8 token's id or null.
-- Always one row: id, or why not: no_bug, not_seen, no_base, no_suspect, no_fix, same.
with b as (
	select id from bug where id = case when $1::text ~ '^[0-9]{1,18}$' then $1::text::bigint end
), seen as materialized (
	select r.tree_id, y.profile_id, y.attempts, r.commit_id, tc.ordinal
	from b join bug_tally y on y.bug_id = b.id join revision r on r.id = y.revision_id and r.is_plain
		join tree t on t.id = r.tree_id and t.kind = 'git' and ($2::text is null or t.name = $2::text)
		join profile p on p.id = y.profile_id and ($3::text is null or p.name = $3::text)
		join tree_commit tc on tc.tree_id = r.tree_id and tc.commit_id = r.commit_id and tc.ordinal is not null
), place as materialized (
	select tree_id, profile_id from seen group by tree_id, profile_id order by sum(attempts) desc, tree_id, profile_id limit 1
), named as materialized (
	select p.tree_id, p.profile_id,
		case when $4::text is null then (select s.commit_id from seen s where s.tree_id = p.tree_id and s.profile_id = p.profile_id order by s.ordinal desc limit 1) else commit_named(p.tree_id, $4::text) end as base_id,
		case when $5::text is null then (select c.commit_id from bisection x join bisection_commit c on c.bisection_id = x.id where x.bug_id = b.id and x.tree_id = p.tree_id and x.kind = 'broken' and x.state in ('found', 'inseparable')
			order by x.id desc, c.belief desc, c.position limit 1) else commit_named(p.tree_id, $5::text) end as suspect_id,
		case when $6::text is null then coalesce((select c.commit_id from bisection x join bisection_commit c on c.bisection_id = x.id where x.bug_id = b.id and x.tree_id = p.tree_id and x.kind = 'fixed' and x.state in ('found', 'inseparable')
			order by x.id desc, c.belief desc, c.position limit 1), (select f.commit_id from bug_fix_tree f where f.bug_id = b.id and f.tree_id = p.tree_id and f.commit_id is not null limit 1)) else commit_named(p.tree_id, $6::text) end as fix_id
	from b cross join place p
), made as (
	insert into crossing (bug_id, tree_id, profile_id, base_id, suspect_id, fix_id, attempts, token_id)
	select b.id, n.tree_id, n.profile_id, n.base_id, n.suspect_id, n.fix_id, $7::integer, $8::bigint
	from b cross join named n where n.base_id is not null and n.suspect_id is not null and n.fix_id is not null and n.suspect_id <> n.fix_id
	returning id
), told as (
	insert into event (kind, subject_id) select 'bug', b.id from b, made
)
select (select id from made) as id,
	case when not exists (select from b) then 'no_bug' when not exists (select from place) then 'not_seen' when (select base_id from named) is null then 'no_base'
		when (select suspect_id from named) is null then 'no_suspect' when (select fix_id from named) is null then 'no_fix' when (select suspect_id = fix_id from named) then 'same' end as why
limit 1
