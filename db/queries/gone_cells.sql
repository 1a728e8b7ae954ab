-- What was tried of a tree's unsettled bugs, from the first to the last commit on which each was seen (the last 200) and on the 300 commits
-- behind, by profile and what counters mean. Of bugs, the 20 that were seen last and have commits behind. $1 tree.
-- A row for each bug and stratum, by bug.
with seen as materialized (
	select y.bug_id, y.revision_id, y.profile_id, y.known, y.exposure, y.whole_exposure, y.last_at, tc.ordinal
	from bug b join bug_tally y on y.bug_id = b.id join revision r on r.id = y.revision_id and r.is_plain and r.tree_id = $1::bigint
		join tree_commit tc on tc.tree_id = r.tree_id and tc.commit_id = r.commit_id and tc.ordinal is not null
	where b.state in ('new', 'open', 'reopened') and bug_what(b.type) = 'crash'
), span as materialized (
	select bug_id, greatest(min(ordinal), max(ordinal) - 199) as low, max(ordinal) as last
	from seen group by bug_id having max(ordinal) < (select max(ordinal) from tree_commit where tree_id = $1::bigint)
	order by max(last_at) desc, bug_id limit 20
), tried as materialized (
	select s.bug_id, tc.ordinal, tc.commit_id, tc.ordinal > s.last as is_after, t.profile_id, t.meaning, coalesce(y.known, 0) as k,
		coalesce(t.exposure, 0) - coalesce(y.whole_exposure - y.exposure, 0) as exposure, t.work_ms
	from span s join tree_commit tc on tc.tree_id = $1::bigint and tc.ordinal between s.low and s.last + 300
		join revision r on r.tree_id = $1::bigint and r.commit_id = tc.commit_id and r.is_plain
		join tally t on t.revision_id = r.id and t.meaning is not null
		left join seen y on y.bug_id = s.bug_id and y.revision_id = t.revision_id and y.profile_id = t.profile_id
), behind as (
	select distinct on (bug_id) bug_id, commit_id from tried where is_after and exposure > 0 order by bug_id, ordinal
)
select t.bug_id, (select commit_id from tree_commit where tree_id = $1::bigint and ordinal = s.last) as last_id, f.commit_id as first_id,
	coalesce(sum(t.k) filter (where not is_after), 0) as before_events, coalesce(sum(t.exposure) filter (where not is_after), 0)::bigint as before_exposure,
	coalesce(sum(t.work_ms) filter (where not is_after), 0) / 1000.0 as before_seconds,
	coalesce(sum(t.exposure) filter (where is_after), 0)::bigint as after_exposure, coalesce(sum(t.work_ms) filter (where is_after), 0) / 1000.0 as after_seconds
from tried t join span s on s.bug_id = t.bug_id join behind f on f.bug_id = t.bug_id
group by t.bug_id, s.last, f.commit_id, t.profile_id, t.meaning
order by t.bug_id, t.profile_id, t.meaning
limit 10000
