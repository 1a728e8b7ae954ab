-- The queue: what runs and when it should end, what waits for whom by priority, and the next 50 jobs.
-- No parameters. Always one row.
with running as (
	select a.id, a.step, a.step_done, a.step_of, a.step_unit, a.started_at, a.machine_id, l.profile_id, l.tree_id, l.commit_id, l.run_id, j.priority
	from attempt a join attempt_place l on l.attempt_id = a.id join job j on j.id = a.job_id where a.state = 'running' order by a.id limit 200
), pace as (
	select m.id as machine_id, m.arch, m.tags, m.state = 'active' and m.seen_at > now() - interval '2 minutes' as is_ready, avg(extract(epoch from a.ended_at - a.started_at)) as seconds
	from machine m left join lateral (select started_at, ended_at from attempt where machine_id = m.id and state = 'done' order by id desc limit 10) a on true group by m.id
), waiting as materialized (
	select j.run_id, j.arch, j.priority, count(*) as jobs, min(j.queued_at) as since from job j where j.state = 'queued' or j.state = 'leased' group by j.run_id, j.arch, j.priority
), able as (
	select w.arch, count(p.machine_id) filter (where p.is_ready) as machines, count(p.machine_id) as known, avg(p.seconds) filter (where p.is_ready) as seconds, w.jobs
	from (select arch, sum(jobs) as jobs from waiting group by arch) w left join pace p on 'arch:' || w.arch = any (p.tags) group by w.arch, w.jobs
), next as (
	select j.* from (select distinct arch from waiting) w cross join lateral (select * from job where state = 'queued' and arch = w.arch order by priority desc, id limit 50) j order by j.priority desc, j.id limit 50
)
select json_build_object(
	'title', 'Queue', 'in_queue', true,
	'running', (select json_agg(json_build_object('href', '/attempts/' || r.id, 'id', r.id, 'machine', m.name, 'profile', p.name, 'tree', t.name, 'short', case when t.kind = 'git' then left(c.sha, 12) else c.subject end, 'commit_href', '/trees/' || t.name || '/commits/' || c.sha, 'step', r.step, 'done', r.step_done, 'of', r.step_of,
			'progress', case when r.step_of is null then null when r.step_unit = 'percent' then r.step_done || ' %' when r.step_unit = 'bytes' then page_bytes(r.step_done) || ' of ' || page_bytes(r.step_of) else r.step_done || ' of ' || r.step_of || ' ' || r.step_unit end,
			'elapsed', page_duration(round(extract(epoch from now() - r.started_at))), 'expected', case when pace.seconds is null then null when r.started_at + pace.seconds * interval '1 second' > now() then 'in ' || page_duration(round(pace.seconds - extract(epoch from now() - r.started_at))) else 'late by ' || page_duration(round(extract(epoch from now() - r.started_at) - pace.seconds)) end,
			'priority', r.priority, 'run_href', '/runs/' || r.run_id) order by r.id)
		from running r join tree t on t.id = r.tree_id join commit c on c.id = r.commit_id join profile p on p.id = r.profile_id join machine m on m.id = r.machine_id left join pace on pace.machine_id = r.machine_id),
	'symbols', (select json_agg(json_build_object('tree', t.name, 'short', left(c.sha, 12), 'commit_href', '/trees/' || t.name || '/commits/' || c.sha, 'arch', k.arch, 'is_running', o.state = 'leased',
			'machine', case when o.state = 'leased' then m.name end, 'error', o.error, 'since', page_time(o.queued_at)) order by o.state = 'leased' desc, o.queued_at, k.id)
		from (select * from symbol_order where state in ('queued', 'leased') order by state = 'leased' desc, queued_at limit 50) o
			join kernel k on k.id = o.kernel_id join revision r on r.id = k.revision_id join tree t on t.id = r.tree_id join commit c on c.id = r.commit_id left join machine m on m.id = o.machine_id),
	'queued', (select nullif(page_count(sum(jobs)::bigint), '0') from waiting),
	'arches', (select json_agg(json_build_object('arch', arch, 'jobs', page_counted(jobs::bigint, 'job', 'jobs'), 'machines', page_counted(machines, 'machine', 'machines'), 'has_none', machines = 0, 'is_unknown', known = 0, 'expected', page_duration(ceil(jobs / nullif(machines, 0)) * seconds)) order by arch) from able),
	'runs', (select json_agg(json_build_object('href', '/runs/' || ru.id, 'title', ru.title, 'arch', w.arch, 'priority', w.priority, 'jobs', page_count(w.jobs), 'since', page_time(w.since)) order by w.priority desc, w.since, ru.id, w.arch) from (select * from waiting order by priority desc, since limit 50) w join run ru on ru.id = w.run_id),
	'next', (select json_agg(json_build_object('priority', n.priority, 'tree', t.name, 'short', case when t.kind = 'git' then left(c.sha, 12) else c.subject end, 'subject', case when t.kind = 'git' then c.subject end, 'commit_href', '/trees/' || t.name || '/commits/' || c.sha, 'profile', p.name, 'run_href', '/runs/' || n.run_id, 'run', n.run_id, 'is_patched', not r.is_plain,
			'tries', case when n.attempts > 0 then n.attempts || ' of ' || n.attempts_max end, 'since', page_time(n.queued_at)) order by n.priority desc, n.id)
		from next n join revision r on r.id = n.revision_id join tree t on t.id = r.tree_id join commit c on c.id = r.commit_id join profile p on p.id = n.profile_id)) as page;
