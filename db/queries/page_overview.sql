-- The overview: what broke, where, since which commit and how sure; what moved; what runs now; the fleet; the trees; what came in last.
-- Of each bug, `cells` holds what its profiles tried on the 50 commits before its first one and on the 50 from there on.
-- No parameters. Always one row.
with running as (
	select a.id, a.step, a.step_done, a.step_of, a.step_unit, a.started_at, m.name as machine, m.id as machine_id, p.name as profile, l.tree_id, l.commit_id
	from attempt a join attempt_place l on l.attempt_id = a.id join machine m on m.id = a.machine_id join profile p on p.id = l.profile_id
	where a.state = 'running' order by a.id limit 50
), newest as materialized ( -- by index, bug by bug, so that only these are added up
	select b.id, y.last_at from bug b cross join lateral (select last_at from bug_tally where bug_id = b.id order by last_at desc limit 1) y
	where b.state in ('new', 'open', 'reopened') and bug_what(b.type) <> 'warning' order by y.last_at desc limit 16
), seen as (
	select b.id as bug_id, sum(y.attempts)::bigint as attempts, max(y.last_at) as last_at, min(tc.ordinal) as first_ordinal, max(tc.ordinal) as last_ordinal,
		r.tree_id, array_agg(distinct y.profile_id) as profiles
	from newest b cross join lateral (select * from bug_tally where bug_id = b.id offset 0) y join revision r on r.id = y.revision_id and r.is_plain
		join tree_commit tc on tc.tree_id = r.tree_id and tc.commit_id = r.commit_id and tc.ordinal is not null
	group by b.id, r.tree_id order by max(y.last_at) desc limit 8
), broken as (
	select s.*, b.title, b.type, b.state, t.name as tree, t.kind = 'git' as is_git, f.sha as first_sha, f.subject as first_subject,
		g.sha as good_sha, g.subject as good_subject, e.sha as last_sha, e.subject as last_subject, w.clean,
		(select json_agg(json_build_object('name', p.name) order by p.name) from profile p where p.id = any (s.profiles)) as places
	from seen s join bug b on b.id = s.bug_id join tree t on t.id = s.tree_id
		join tree_commit ft on ft.tree_id = s.tree_id and ft.ordinal = s.first_ordinal join commit f on f.id = ft.commit_id
		join tree_commit et on et.tree_id = s.tree_id and et.ordinal = s.last_ordinal join commit e on e.id = et.commit_id
		left join lateral (select c.sha, c.subject from tree_commit tc join revision r on r.commit_id = tc.commit_id and r.is_plain join job j on j.revision_id = r.id and j.profile_id = any (s.profiles)
			join attempt a on a.job_id = j.id and a.result = 'clean' join commit c on c.id = tc.commit_id
			where tc.tree_id = s.tree_id and tc.ordinal < s.first_ordinal order by tc.ordinal desc limit 1) g on true
		left join lateral (select count(*) as clean from (select 1 from tree_commit tc join revision r on r.commit_id = tc.commit_id and r.is_plain join job j on j.revision_id = r.id and j.profile_id = any (s.profiles)
			join attempt a on a.job_id = j.id and a.result = 'clean' where tc.tree_id = s.tree_id and tc.ordinal > s.last_ordinal order by tc.ordinal limit 100) x) w on true
), cell as (
	select s.bug_id, s.tree_id, c.profile_id, c.part = 'within' as is_after, c.attempts, c.k, c.hits, coalesce(c.exposure, 0) as exposure
	from seen s cross join lateral bug_parts(s.bug_id, s.tree_id, s.first_ordinal - 50, s.first_ordinal, s.first_ordinal + 49, s.first_ordinal + 49, s.profiles) c
), since as (
	select bug_id, tree_id, sum(k)::bigint as k, sum(exposure)::bigint as exposure, sum(hits)::bigint as hits, sum(attempts)::bigint as attempts from cell where is_after group by bug_id, tree_id
), before as (
	select bug_id, tree_id, sum(exposure)::bigint as exposure, sum(attempts)::bigint as attempts from cell where not is_after group by bug_id, tree_id
), moved as (
	select c.* from change c where c.state in ('new', 'confirmed', 'acknowledged') and c.gone_at is null
), fleet as materialized (
	select m.name, m.arch, m.state, m.health, m.seen_at, r.id is not null as is_busy, m.state = 'active' and m.seen_at >= now() - interval '2 minutes' and m.health not in ('bad', 'looping') as is_here,
		m.state = 'active' and (m.seen_at < now() - interval '2 minutes' or m.seen_at is null) as is_silent
	from machine m left join lateral (select id from attempt where machine_id = m.id and state = 'running' limit 1) r on true where m.state <> 'retired'
), late as materialized (
	select * from attempt where state <> 'running' order by id desc limit 100
)
select json_build_object(
	'title', 'Overview', 'in_overview', true,
	'broken', (select json_build_object('count', page_counted(count(*), 'bug', 'bugs'), 'is_none', count(*) = 0, 'new', nullif(count(*) filter (where state = 'new'), 0), 'reopened', nullif(count(*) filter (where state = 'reopened'), 0)) from bug where state in ('new', 'open', 'reopened') and bug_what(type) <> 'warning'),
	'moved', (select json_build_object('count', page_counted(count(*), 'change', 'changes'), 'is_none', count(*) = 0, 'confirmed', nullif(count(*) filter (where state = 'confirmed'), 0)) from moved),
	'active', (select page_counted(count(*), 'attempt', 'attempts') from attempt where state = 'running'),
	'fleet', (select json_build_object('here', count(*) filter (where is_here), 'of', page_counted(count(*), 'machine', 'machines'), 'busy', count(*) filter (where is_busy),
			'silent', nullif(count(*) filter (where is_silent), 0), 'bad', nullif(count(*) filter (where health in ('bad', 'looping')), 0), 'resting', nullif(count(*) filter (where state <> 'active'), 0)) from fleet),
	'last', (select json_build_object('count', page_counted(count(*), 'attempt', 'attempts'), 'clean', count(*) filter (where result = 'clean'), 'bad', nullif(count(*) filter (where result in ('crash', 'hang')), 0),
			'other', nullif(count(*) filter (where coalesce(result, '') not in ('clean', 'crash', 'hang')), 0), 'since', page_time(min(ended_at))) from late having count(*) > 0),
	'changes', (select json_agg(json_build_object('href', '/changes/' || c.id, 'status', page_change_status(c.state, c.gone_at), 'tree', t.name, 'profile', p.name, 'metric', m.title, 'unit', m.unit,
			'series_href', '/trees/' || t.name || '/series/' || p.name || '/' || s.metric, 'short', left(b.sha, 12), 'commit_href', '/trees/' || t.name || '/commits/' || b.sha, 'subject', b.subject, 'is_slope', c.kind = 'slope',
			'before', page_number(change_unscale(s.metric, c.before)), 'after', page_number(change_unscale(s.metric, c.after)), 'is_up', c.after > c.before, 'chance', page_number(c.chance), 'pairs', nullif(c.trial_pairs, 0), 'found', page_time(c.found_at)) order by c.id desc)
		from (select * from moved order by state = 'confirmed' desc, id desc limit 5) c join series s on s.id = c.series_id join metric m on m.name = s.metric join tree t on t.id = s.tree_id join profile p on p.id = s.profile_id join commit b on b.id = c.bad_id),
	'bugs', (select json_agg(json_build_object('href', '/bugs/' || bug_id, 'title', title, 'type', nullif(type, ''), 'state', state, 'attempts', page_counted(broken.attempts, 'attempt', 'attempts'), 'seen', page_time(last_at), 'places', places,
			'bisections', (select json_agg(json_build_object('id', x.id, 'href', '/bisections/' || x.id, 'status', page_bisection_status(x.state), 'is_fix', x.kind = 'fixed', 'is_found', x.state = 'found',
					'short', left(k.sha, 12), 'commit_href', '/trees/' || tree || '/commits/' || k.sha, 'subject', k.subject, 'belief', round(k.belief::numeric * 100, 1)) order by x.kind)
				from (select distinct on (kind) * from bisection where bug_id = broken.bug_id and tree_id = broken.tree_id and state in ('running', 'found') order by kind, id desc) x
					left join lateral (select m.sha, m.subject, c.belief from bisection_commit c join commit m on m.id = c.commit_id where c.bisection_id = x.id and c.belief > 0 order by c.belief desc, c.position limit 1) k on true),
			'k', since.k, 'exposure', since.exposure, 'hits', page_count(since.hits), 'tried', page_count(since.attempts),
			'before', json_build_object('attempts', page_counted(before.attempts, 'attempt', 'attempts'), 'exposure', page_count(before.exposure)),
			'cells', (select json_agg(json_build_object('before', case when is_after then 0 else exposure end, 'after', case when is_after then exposure else 0 end, 'events', case when is_after then k else 0 end, 'profile', profile_id) order by profile_id, is_after)
				from cell where cell.bug_id = broken.bug_id and cell.tree_id = broken.tree_id),
			'tree', tree, 'first_short', case when is_git then left(first_sha, 12) else first_subject end, 'first_href', '/trees/' || tree || '/commits/' || first_sha, 'first_subject', case when is_git then first_subject end,
			'good_short', case when is_git then left(good_sha, 12) else good_subject end, 'good_href', '/trees/' || tree || '/commits/' || good_sha, 'last_sha', last_sha, 'last_short', case when is_git then left(last_sha, 12) else last_subject end, 'last_href', '/trees/' || tree || '/commits/' || last_sha,
			'is_gone', clean >= 100, 'clean', case when clean >= 100 then 'at least 100 clean attempts' when clean > 0 then page_counted(clean, 'clean attempt', 'clean attempts') end) order by clean >= 100, last_at desc)
		from broken left join since using (bug_id, tree_id) left join before using (bug_id, tree_id)),
	'unread', (select json_build_object('count', page_counted(count(*), 'attempt', 'attempts'), 'attempts', json_agg(json_build_object('href', '/attempts/' || attempt_id, 'id', attempt_id) order by attempt_id desc) filter (where n <= 5), 'is_cut', count(*) > 5)
		from (select attempt_id, row_number() over (order by attempt_id desc) as n
			from (select attempt_id from stream where reader_error is not null union select attempt_id from work_item where error is not null) failed) numbered having count(*) > 0),
	'running', (select json_agg(json_build_object('href', '/attempts/' || r.id, 'machine', machine, 'profile', profile, 'tree', t.name, 'short', case when t.kind = 'git' then left(c.sha, 12) else c.subject end,
			'subject', case when t.kind = 'git' then c.subject end, 'step', step, 'done', step_done, 'of', step_of,
			'progress', case when step_of is null then null when step_unit = 'percent' then step_done || ' %' when step_unit = 'bytes' then page_bytes(step_done) || ' of ' || page_bytes(step_of) else step_done || ' of ' || step_of || ' ' || step_unit end,
			'elapsed', page_duration(round(extract(epoch from now() - r.started_at))), 'expected', page_duration(round(pace.seconds))) order by r.id)
		from running r join tree t on t.id = r.tree_id join commit c on c.id = r.commit_id cross join lateral machine_pace(r.machine_id) pace (seconds)),
	'queued', (select nullif(page_count(count(*)), '0') from job where state = 'queued'),
	'arches', (select json_agg(json_build_object('arch', f.arch, 'href', '/machines?arch=' || f.arch, 'here', f.here, 'of', page_counted(f.of, 'machine', 'machines'), 'is_none', f.here = 0, 'busy', nullif(f.busy, 0)) order by f.arch)
		from (select arch, count(*) filter (where is_here) as here, count(*) as of, count(*) filter (where is_busy) as busy from fleet group by arch) f),
	'machines', (select json_agg(json_build_object('name', name, 'arch', arch, 'seen', page_time(seen_at), 'class', case when state <> 'active' then 'idle' else 'bad' end, 'mark', case when state <> 'active' then '–' else '✗' end,
			'word', case when state <> 'active' then state when is_silent then 'silent' else health end) order by state = 'active' desc, name)
		from (select * from fleet where not is_here order by state = 'active' desc, name limit 10) f),
	'trees', (select json_agg(json_build_object('name', t.name, 'kind', t.kind, 'branch', t.branch, 'refreshed', page_time(t.refreshed_at), 'refresh_error', t.refresh_error,
			'commits', page_count(coalesce(h.ordinal + 1, 0)), 'word', case when h.ordinal = 0 then case t.kind when 'git' then 'commit' else 'kernel' end else case t.kind when 'git' then 'commits' else 'kernels' end end,
			'head_short', case when t.kind = 'git' then left(h.sha, 12) else h.subject end, 'head_subject', case when t.kind = 'git' then h.subject end, 'head_href', '/trees/' || t.name || '/commits/' || h.sha) order by t.id)
		from tree t left join lateral (select tc.ordinal, c.sha, c.subject from tree_commit tc join commit c on c.id = tc.commit_id
			where tc.tree_id = t.id and tc.ordinal is not null order by tc.ordinal desc limit 1) h on true),
	'latest', (select json_agg(json_build_object('href', '/attempts/' || a.id, 'status', page_status(a.state, a.result), 'profile', p.name, 'tree', t.name, 'machine', m.name,
			'short', case when t.kind = 'git' then left(c.sha, 12) else c.subject end, 'commit_href', '/trees/' || t.name || '/commits/' || c.sha, 'ended', page_time(a.ended_at)) order by a.id desc)
		from (select * from late order by id desc limit 10) a join attempt_place l on l.attempt_id = a.id
			join profile p on p.id = l.profile_id join tree t on t.id = l.tree_id join commit c on c.id = l.commit_id join machine m on m.id = a.machine_id)) as page;
