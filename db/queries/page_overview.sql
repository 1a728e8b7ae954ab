-- The overview: what broke, where and since which commit; what runs now; the fleet; the trees; what came in last.
-- No parameters. Always one row.
with running as (
	select a.id, a.step, a.step_done, a.step_of, a.step_unit, a.started_at, m.name as machine, m.id as machine_id, p.name as profile, l.tree_id, l.commit_id
	from attempt a join attempt_place l on l.attempt_id = a.id join machine m on m.id = a.machine_id join profile p on p.id = l.profile_id
	where a.state = 'running' order by a.id limit 50
), seen as (
	select b.id as bug_id, sum(y.attempts)::bigint as attempts, max(y.last_at) as last_at, min(tc.ordinal) as first_ordinal, max(tc.ordinal) as last_ordinal,
		r.tree_id, array_agg(distinct y.profile_id) as profiles
	from bug b join bug_tally y on y.bug_id = b.id join revision r on r.id = y.revision_id and r.is_plain
		join tree_commit tc on tc.tree_id = r.tree_id and tc.commit_id = r.commit_id and tc.ordinal is not null
	where b.state in ('new', 'open', 'reopened')
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
), pace as (
	select m.id as machine_id, avg(extract(epoch from a.ended_at - a.started_at)) as seconds
	from machine m cross join lateral (select started_at, ended_at from attempt where machine_id = m.id and state = 'done' order by id desc limit 10) a group by m.id
)
select json_build_object(
	'title', 'Overview', 'in_overview', true,
	'bugs', (select json_agg(json_build_object('href', '/bugs/' || bug_id, 'title', title, 'type', nullif(type, ''), 'state', state, 'attempts', page_counted(attempts, 'attempt', 'attempts'), 'seen', page_time(last_at), 'places', places,
			'tree', tree, 'first_short', case when is_git then left(first_sha, 12) else first_subject end, 'first_href', '/trees/' || tree || '/commits/' || first_sha, 'first_subject', case when is_git then first_subject end,
			'good_short', case when is_git then left(good_sha, 12) else good_subject end, 'good_href', '/trees/' || tree || '/commits/' || good_sha, 'last_short', case when is_git then left(last_sha, 12) else last_subject end, 'last_href', '/trees/' || tree || '/commits/' || last_sha,
			'is_gone', clean >= 100, 'clean', case when clean >= 100 then 'at least 100 clean attempts' when clean > 0 then page_counted(clean, 'clean attempt', 'clean attempts') end) order by clean >= 100, last_at desc) from broken),
	'unread', (select json_build_object('count', page_counted(count(*), 'attempt', 'attempts'), 'attempts', json_agg(json_build_object('href', '/attempts/' || attempt_id, 'id', attempt_id) order by attempt_id desc) filter (where n <= 5), 'is_cut', count(*) > 5)
		from (select attempt_id, row_number() over (order by attempt_id desc) as n
			from (select attempt_id from stream where reader_error is not null union select attempt_id from work_item where error is not null) failed) numbered having count(*) > 0),
	'running', (select json_agg(json_build_object('href', '/attempts/' || r.id, 'machine', machine, 'profile', profile, 'tree', t.name, 'short', case when t.kind = 'git' then left(c.sha, 12) else c.subject end,
			'subject', case when t.kind = 'git' then c.subject end, 'step', step, 'done', step_done, 'of', step_of,
			'progress', case when step_of is null then null when step_unit = 'percent' then step_done || ' %' when step_unit = 'bytes' then page_bytes(step_done) || ' of ' || page_bytes(step_of) else step_done || ' of ' || step_of || ' ' || step_unit end,
			'elapsed', page_duration(round(extract(epoch from now() - r.started_at))), 'expected', page_duration(round(pace.seconds))) order by r.id)
		from running r join tree t on t.id = r.tree_id join commit c on c.id = r.commit_id left join pace on pace.machine_id = r.machine_id),
	'queued', (select nullif(page_count(count(*)), '0') from job where state = 'queued'),
	'machines', (select json_agg(json_build_object('name', m.name, 'arch', m.arch, 'seen', page_time(m.seen_at), 'step', r.step, 'attempt', '/attempts/' || r.id,
			'class', case when m.state <> 'active' then 'idle' when m.seen_at < now() - interval '2 minutes' then 'bad' when r.id is not null then 'busy' else 'good' end,
			'mark', case when m.state <> 'active' then '–' when m.seen_at < now() - interval '2 minutes' then '✗' when r.id is not null then '▸' else '✓' end,
			'word', case when m.state <> 'active' then m.state when m.seen_at < now() - interval '2 minutes' then 'silent' when r.id is not null then 'busy' else 'idle' end) order by m.name)
		from machine m left join running r on r.machine_id = m.id where m.state <> 'retired'),
	'trees', (select json_agg(json_build_object('name', t.name, 'kind', t.kind, 'branch', t.branch, 'refreshed', page_time(t.refreshed_at), 'refresh_error', t.refresh_error,
			'commits', page_count(coalesce(h.ordinal + 1, 0)), 'word', case when h.ordinal = 0 then case t.kind when 'git' then 'commit' else 'kernel' end else case t.kind when 'git' then 'commits' else 'kernels' end end,
			'head_short', case when t.kind = 'git' then left(h.sha, 12) else h.subject end, 'head_subject', case when t.kind = 'git' then h.subject end, 'head_href', '/trees/' || t.name || '/commits/' || h.sha) order by t.id)
		from tree t left join lateral (select tc.ordinal, c.sha, c.subject from tree_commit tc join commit c on c.id = tc.commit_id
			where tc.tree_id = t.id and tc.ordinal is not null order by tc.ordinal desc limit 1) h on true),
	'latest', (select json_agg(json_build_object('href', '/attempts/' || a.id, 'status', page_status(a.state, a.result), 'profile', p.name, 'tree', t.name, 'machine', m.name,
			'short', case when t.kind = 'git' then left(c.sha, 12) else c.subject end, 'commit_href', '/trees/' || t.name || '/commits/' || c.sha, 'ended', page_time(a.ended_at)) order by a.id desc)
		from (select * from attempt where state <> 'running' order by id desc limit 10) a join attempt_place l on l.attempt_id = a.id
			join profile p on p.id = l.profile_id join tree t on t.id = l.tree_id join commit c on c.id = l.commit_id join machine m on m.id = a.machine_id)) as page;
