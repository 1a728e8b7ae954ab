-- The matrix of a tree: its newest 50 commits (or those before a place on the line) by the profiles they were tried under.
-- $1 name of the tree; $2 place on the line: only commits before it (null or no number: from the newest).
-- No row: no such tree.
with t as (
	select * from tree where name = $1::text
), span as (
	select least(coalesce(case when $2::text ~ '^[0-9]{1,15}$' then $2::text::bigint end, top + 1), top + 1) as high, top
	from (select tc.ordinal as top from t join tree_commit tc on tc.tree_id = t.id where tc.ordinal is not null order by tc.ordinal desc limit 1) newest
), line as materialized (
	select tc.tree_id, tc.ordinal, c.id, c.sha, c.subject, c.committed_at
	from t cross join span join tree_commit tc on tc.tree_id = t.id and tc.ordinal >= span.high - 50 and tc.ordinal < span.high
		join commit c on c.id = tc.commit_id
), tested as materialized ( -- by index, commit by commit
	select l.ordinal, r.id as revision_id from line l cross join lateral (select id from revision where commit_id = l.id and tree_id = l.tree_id and is_plain offset 0) r
), tried as materialized (
	select *, page_rank(state, result) as rank, page_status(state, result) as status from (
		select v.ordinal, x.profile_id, x.state, x.result, count(*) as n, count(x.attempt_id) as attempts, max(x.attempt_id) as newest
		from tested v cross join lateral (
			select j.profile_id, a.id as attempt_id, coalesce(a.state, j.state) as state, a.result
			from job j left join attempt a on a.job_id = j.id where j.revision_id = v.revision_id and j.state <> 'cancelled' offset 0) x
		group by v.ordinal, x.profile_id, x.state, x.result) alike
), hit as materialized (
	select v.ordinal, y.profile_id, min(y.bug_id) as bug_id from tested v cross join lateral (select profile_id, bug_id from bug_tally where revision_id = v.revision_id and (select type from bug b where b.id = bug_id) <> 'BUILD_WARNING' offset 0) y group by v.ordinal, y.profile_id
), cell as (
	select w.ordinal, w.profile_id, sum(attempts) filter (where rank > 1 or worst = 1)::bigint as attempts, sum(n) filter (where rank = worst)::bigint as alike, max(newest) filter (where rank = worst) as first_attempt,
		min(h.bug_id) as bug_id, (array_agg(status order by rank desc))[1] as status, max(rank) as rank,
		string_agg(distinct status ->> 'word', ', ') filter (where rank > 1 or worst = 1) as words
	from (select *, max(rank) over (partition by ordinal, profile_id) as worst from tried) w left join hit h on h.ordinal = w.ordinal and h.profile_id = w.profile_id
	group by w.ordinal, w.profile_id
), col as (
	select p.id, p.name, p.arch, p.fs || ' ' || page_block(p.block_size) as fs, p.block_size,
		case when count(*) over (partition by p.arch, p.fs, p.block_size, p.workload) > 1 then p.name else regexp_replace(p.workload, '^migrate-', '') end as label,
		row_number() over (order by p.arch = 'x86_64' desc, p.arch, p.fs = 'xfs' desc, p.fs, p.block_size, p.workload, p.name) as n
	from profile p where p.id in (select profile_id from tried union select s.profile_id from series s join t on t.id = s.tree_id)
), grid as (
	select l.ordinal, json_agg(case when cell.rank is null then json_build_object('has', null)
		else json_build_object('has', true, 'href', case when cell.attempts = 1 then '/attempts/' || cell.first_attempt
				else '/trees/' || $1::text || '/commits/' || l.sha || '#' || col.name end,
			'class', case when cell.bug_id is not null and cell.rank < 8 then 'warn' else cell.status ->> 'class' end,
			'mark', case when cell.bug_id is not null then 'BUG' when cell.rank in (8, 9) then cell.status ->> 'word' else cell.status ->> 'mark' end,
			'count', case when cell.attempts > 1 then case when cell.alike < cell.attempts then cell.alike || '/' || cell.attempts else cell.attempts::text end end,
			'title', col.name || ', ' || cell.words || case when cell.attempts > 1 then ' (' || cell.attempts || ' attempts)' else '' end
				|| coalesce(', bug ' || cell.bug_id, '')) end order by col.n) as cells
	from line l cross join col left join cell on cell.ordinal = l.ordinal and cell.profile_id = col.id
	group by l.ordinal
)
select json_build_object(
	'title', t.name, 'in_trees', true, 'feed', json_build_object('name', 'Alerts of ' || t.name, 'href', '/feeds/alerts?tree=' || t.name), 'tree', t.name, 'is_git', t.kind = 'git', 'branch', t.branch, 'url', url_shown(t.url),
	'refreshed', page_time(t.refreshed_at), 'refresh_error', t.refresh_error, 'is_refreshing', t.refresh_wanted_at is not null,
	'commits', page_count(span.top + 1),
	'policy', (select json_build_object('is_on', o.is_on, 'commits', case o.commits when 'every' then 'each commit' when 'merges' then 'merges' else 'tagged commits' end || case when o.every > 1 then ', one in ' || o.every else '' end
			|| ', the newest first, ' || page_counted(o.back, 'commit', 'commits') || ' back' || coalesce('; at most ' || o.per_day || ' a day', '') || coalesce('; up to ' || page_count(o.bisect_minutes) || ' minutes of machines a day to search for commits', '') || coalesce('; each attempt until ' || page_count(o.migrations) || ' migrations', ''),
			'profiles', (select string_agg(p.name, ', ' order by p.name) from profile p where p.id = any (o.profiles)), 'repeats', case when o.repeats > 1 then o.repeats end, 'priority', o.priority, 'machine_hours', o.machine_hours)
		from tree_policy o where o.tree_id = t.id),
	'form', (select json_build_object('is_on', coalesce(o.is_on, true), 'commits_every', coalesce(o.commits, 'every') = 'every', 'commits_merges', o.commits = 'merges', 'commits_tags', o.commits = 'tags', 'every', coalesce(o.every, 1), 'per_day', o.per_day,
			'back', coalesce(o.back, 100), 'repeats', coalesce(o.repeats, 1), 'priority', coalesce(o.priority, 30), 'machine_hours', o.machine_hours, 'bisect_minutes', o.bisect_minutes, 'migrations', o.migrations, 'interval_s', t.interval_s)
		from (select) one left join tree_policy o on o.tree_id = t.id),
	'profiles_choices', (select json_agg(json_build_object('name', p.name, 'is_chosen', p.id = any (o.profiles)) order by p.name) from profile p left join tree_policy o on o.tree_id = t.id where p.config <> 'running'),
	'arches', (select json_agg(json_build_object('name', arch, 'span', span) order by n) from (select arch, count(*) as span, min(n) as n from col group by arch) g),
	'systems', (select json_agg(json_build_object('name', fs, 'span', span) order by n) from (select fs, count(*) as span, min(n) as n from col group by arch, fs) g),
	'columns', (select json_agg(json_build_object('name', name, 'label', label, 'href', '/trees/' || t.name || '/series/' || name || '/fail_ratio') order by n) from col),
	'rows', (select json_agg(json_build_object('short', case when t.kind = 'git' then left(l.sha, 12) else l.subject end, 'subject', case when t.kind = 'git' then l.subject end,
			'href', '/trees/' || t.name || '/commits/' || l.sha, 'committed', page_time(l.committed_at), 'ordinal', l.ordinal,
			'refs', (select json_agg(json_build_object('name', name) order by name) from tree_ref f where f.tree_id = t.id and f.commit_id = l.id),
			'cells', coalesce(g.cells, '[]')) order by l.ordinal desc)
		from line l left join grid g on g.ordinal = l.ordinal),
	'compare_href', (select '/compare?a=' || t.name || '/' || (array_agg(sha order by ordinal))[1] || '&b=' || t.name || '/' || (array_agg(sha order by ordinal desc))[1] from line where ordinal in (select ordinal from cell where attempts > 0) having count(*) > 1),
	'newer', case when span.high <= span.top then '/trees/' || t.name || case when span.high + 50 <= span.top then '?before=' || span.high + 50 else '' end end,
	'older', case when span.high > 50 then '/trees/' || t.name || '?before=' || span.high - 50 end) as page
from t left join span on true;
