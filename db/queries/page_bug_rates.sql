-- How often a bug came, commit by commit, on one tree under one profile: from 50 commits before the first with it to 200 behind the last,
-- at most 400. C adds rate, rate_low and rate_high to each commit, the picture, and from the ages (machine, what was tried until the bug came or
-- the attempt ended, whether it came; of the newest 5,000 attempts between the first commit with it and the last) whether the rate is constant.
-- $1 id; $2 tree (null: where it was seen last); $3 profile (null: the one under which it came most often there).
-- No row: no such bug.
with b as (
	select * from bug where id = case when $1::text ~ '^[0-9]{1,18}$' then $1::text::bigint end
), seen as materialized (
	select y.*, r.tree_id, tc.ordinal
	from b join bug_tally y on y.bug_id = b.id join revision r on r.id = y.revision_id and r.is_plain
		join tree_commit tc on tc.tree_id = r.tree_id and tc.commit_id = r.commit_id and tc.ordinal is not null
), place as materialized (
	select t.id as tree_id, t.name as tree, t.kind, p.id as profile_id, p.name as profile, s.first, s.last
	from (select tree_id, profile_id, sum(done) as hits, max(last_at) as last_at, min(ordinal) as first, max(ordinal) as last from seen group by tree_id, profile_id) s
		join tree t on t.id = s.tree_id join profile p on p.id = s.profile_id
	where t.name = coalesce($2::text, t.name)
	order by p.name = $3::text desc nulls last, max(s.last_at) over (partition by t.id) desc, t.id, s.hits desc, p.name limit 1
), met as materialized (
	select r.ordinal, c.sha, c.subject, r.attempts, r.hits, r.k, case when r.counted > 0 then r.exposure end as exposure
	from (select x.ordinal, sum(x.attempts) as attempts, sum(x.hits) as hits, sum(x.k) as k, sum(x.counted) as counted, sum(x.exposure)::bigint as exposure
			from b cross join place g cross join lateral bug_cells(b.id, g.tree_id, greatest(g.first - 50, g.last - 200), g.last + 200) x where x.profile_id = g.profile_id group by x.ordinal) r
		cross join place g join tree_commit tc on tc.tree_id = g.tree_id and tc.ordinal = r.ordinal join commit c on c.id = tc.commit_id
), age as (
	select a.machine_id, coalesce(o.exposure, a.exposure) as exposure, o.attempt_id is not null as has_event
	from place g join tree_commit tc on tc.tree_id = g.tree_id and tc.ordinal between greatest(g.first, g.last - 200) and g.last
		cross join lateral (select r.id from revision r where r.commit_id = tc.commit_id and r.tree_id = g.tree_id and r.is_plain offset 0) v
		cross join lateral ( -- a limit, so that no plan reads all jobs
			select t.id, t.claimed_at, t.machine_id, t.exposure from job j join attempt t on t.job_id = j.id and t.state = 'done' where j.revision_id = v.id and j.profile_id = g.profile_id limit 5000) a
		left join lateral (select x.attempt_id, min(x.exposure) as exposure from b join occurrence x on x.bug_id = b.id and x.attempt_id = a.id and x.claimed_at = a.claimed_at group by x.attempt_id) o on true
	where coalesce(o.exposure, a.exposure) is not null
	order by a.id desc limit 5000
)
select json_build_object('title', b.title, 'in_bugs', true, 'in_rates', true, 'bug', b.id, 'tree', g.tree, 'profile', g.profile,
	'others', (select json_agg(json_build_object('profile', p.name, 'href', '/bugs/' || b.id || '/rates?tree=' || g.tree || '&profile=' || p.name, 'is_here', p.id = g.profile_id) order by p.name)
		from profile p where p.id in (select profile_id from seen where tree_id = g.tree_id)),
	'commits', (select json_agg(json_build_object('sha', sha, 'short', case when g.kind = 'git' then left(sha, 12) else subject end, 'subject', case when g.kind = 'git' then subject end,
			'href', '/trees/' || g.tree || '/commits/' || sha || '#' || g.profile, 'ordinal', ordinal, 'hits', hits, 'attempts', page_count(attempts),
			'k', k, 'exposure', exposure, 'tried', coalesce(page_count(exposure), 'unknown')) order by ordinal) from met),
	'ages', (select json_agg(json_build_array(machine_id, exposure, has_event)) from age)) as page
from b left join place g on true;
