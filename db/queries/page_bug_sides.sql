-- What was tried of a bug on two sides, by stratum: a profile and what counters count there. C judges it.
-- $1 id; $2 tree (null: where it was seen last); $3 before, $4 after: as side_revisions takes them (null: the 200 last commits from the
-- first on which it was seen to the last, and what came behind that).
-- No row: no such bug.
with b as (
	select * from bug where id = case when $1::text ~ '^[0-9]{1,18}$' then $1::text::bigint end
), seen as materialized (
	select y.*, r.tree_id, tc.ordinal
	from b join bug_tally y on y.bug_id = b.id join revision r on r.id = y.revision_id
		left join tree_commit tc on tc.tree_id = r.tree_id and tc.commit_id = r.commit_id and r.is_plain
), place as materialized (
	select t.id, t.name, t.kind, s.first, s.last, greatest(s.first, s.last - 199) as low
	from b cross join tree t left join (select tree_id, min(ordinal) as first, max(ordinal) as last, max(last_at) as last_at from seen group by tree_id) s on s.tree_id = t.id
	where t.name = $2::text or ($2::text is null and s.last_at is not null)
	order by s.last_at desc nulls last, t.id limit 1
), side as materialized (
	select 'before' as side, 1 as n, coalesce($3::text, coalesce((select left(c.sha, 12) from tree_commit tc join commit c on c.id = tc.commit_id where tc.tree_id = g.id and tc.ordinal = g.low - 1), '')
		|| '..' || (select left(c.sha, 12) from tree_commit tc join commit c on c.id = tc.commit_id where tc.tree_id = g.id and tc.ordinal = g.last)) as words
	from place g
	union all
	select 'after', 2, coalesce($4::text, (select left(c.sha, 12) from tree_commit tc join commit c on c.id = tc.commit_id where tc.tree_id = g.id and tc.ordinal = g.last) || '..')
	from place g
), tried as materialized (
	select t.side, t.revision_id, t.profile_id, coalesce(t.meaning, '') as meaning, t.attempts, coalesce(y.done, 0) as hits, coalesce(y.known, 0) as k,
		coalesce(t.exposure, 0) - coalesce(y.whole_exposure - y.exposure, 0) as exposure, t.work_ms
	from (select s.side, t.* from place g cross join side s cross join lateral side_revisions(g.id, s.words) v cross join lateral (select * from tally where revision_id = v.revision_id offset 0) t offset 0) t
		left join bug_tally y on y.bug_id = (select id from b) and y.revision_id = t.revision_id and y.profile_id = t.profile_id
), total as (
	-- A report whose exposure is not known counts against silence all the same.
	select profile_id, meaning, side, sum(attempts) as attempts, sum(hits) as hits, case side when 'before' then sum(k) else sum(hits) end as k,
		sum(exposure)::bigint as exposure, sum(work_ms) / 1000.0 as seconds
	from tried group by profile_id, meaning, side
), cell as (
	select profile_id, meaning, json_object_agg(side, json_build_object('attempts', attempts, 'hits', hits, 'k', k, 'exposure', exposure, 'seconds', seconds,
		'attempts_words', page_count(attempts), 'tried', page_count(exposure), 'time', page_duration(seconds))) as sides, sum(k) as k
	from total group by profile_id, meaning having sum(exposure) > 0 or sum(hits) > 0
)
select json_build_object('title', b.title, 'in_bugs', true, 'in_verdict', true, 'bug', b.id, 'tree', g.name, 'before', x.words, 'after', a.words,
	'unknown', (select json_agg(s.words order by s.n) from side s where s.words !~ '^run:' and (side_line(g.id, s.words)).up_to is null),
	'trees', (select json_agg(json_build_object('name', t.name, 'is_here', t.id = g.id) order by t.name) from tree t where t.id = g.id or t.id in (select tree_id from seen)),
	'cells', (select coalesce(json_agg(json_build_object('profile', p.name, 'profile_id', p.id, 'duration_s', p.duration_s, 'meaning', nullif(c.meaning, ''),
			'before', c.sides -> 'before', 'after', c.sides -> 'after') order by c.k desc, p.name, c.meaning), '[]') from cell c join profile p on p.id = c.profile_id),
	-- What is run to learn more of the side behind: what was tried of it last, or else its newest commit.
	'order', json_build_object('tree_id', g.id,
		'revision_id', coalesce((select r.id from side_line(g.id, a.words) l join tree_commit tc on tc.tree_id = g.id and tc.ordinal > l.after and tc.ordinal <= l.up_to
				join revision r on r.tree_id = g.id and r.commit_id = tc.commit_id and r.is_plain
			where exists (select from tally t where t.revision_id = r.id) order by tc.ordinal desc limit 1), (select max(revision_id) from side_revisions(g.id, a.words) where a.words ~ '^run:')),
		'commit_id', (select tc.commit_id from side_line(g.id, a.words) l join tree_commit tc on tc.tree_id = g.id and tc.ordinal > l.after and tc.ordinal <= l.up_to order by tc.ordinal desc limit 1))) as page
from b left join place g on true left join side x on x.side = 'before' left join side a on a.side = 'after';
