-- The queue: what runs and when it should end, who waits for what and why, and the next 50 jobs.
-- $1 only this architecture, $2 only this tree, $3 only what this user ordered (watched trees: what nobody did); null: all. Always one row.
with running as (
	select a.id, a.step, a.step_done, a.step_of, a.step_unit, a.started_at, a.machine_id, l.profile_id, l.tree_id, l.commit_id, l.run_id, j.priority
	from attempt a join attempt_place l on l.attempt_id = a.id join job j on j.id = a.job_id where a.state = 'running' and ($1::text is null or j.arch = $1::text) and ($2::text is null or l.tree_id = (select id from tree where name = $2::text))
		and ($3::text is null or $3::text = (select coalesce(k.name, 'watched trees') from run o left join token k on k.id = o.token_id where o.id = l.run_id))
	order by a.id limit 200
), here as materialized (
	select id, tags, state = 'active' and seen_at > now() - interval '2 minutes' as is_ready from machine where state <> 'retired'
), lanes as materialized (
	select l as lane, l.*, coalesce(t.name, 'watched trees') as who, (select need from unnest(l.needs) need where need like 'arch:%' limit 1) as arch
	from queue_lanes() l left join token t on t.id = l.user_id
), plan as materialized (
	select * from queue_plan((select array_agg(lane order by place) from lanes), 200)
), wanted as (
	select * from lanes where ($1::text is null or arch = 'arch:' || $1::text) and ($2::text is null or tree_id = (select id from tree where name = $2::text)) and ($3::text is null or who = $3::text)
), of_arch as (
	select l.arch, sum(l.jobs)::bigint as jobs, avg(l.seconds) as seconds, (select count(*) from here where l.arch = any (tags) and is_ready) as machines, (select count(*) from here where l.arch = any (tags)) as known
	from lanes l group by l.arch
), next as (
	select j.*, w.urgency, w.place, w.who, w.first + (j.turn - 1) * w.step as level, coalesce(plan.start, queue_start(w.lane, j.turn)) as start from wanted w
	cross join lateral (select job.*, row_number() over (order by job.id) as turn from (select * from job where job.lane_id between w.lane_id and w.lane_id and state = 'queued' order by job.lane_id, id limit 50) job) j
	left join plan on plan.job_id = j.id
	order by w.urgency desc, level, w.place limit 50
)
select json_build_object(
	'title', 'Queue', 'in_queue', true, 'is_filtered', coalesce($1::text, $2::text, $3::text) is not null,
	'filters', (select json_agg(json_build_object('word', word) order by n) from (values (1, 'architecture ' || $1::text), (2, 'tree ' || $2::text), (3, 'ordered by ' || $3::text)) f (n, word) where word is not null),
	'running', (select json_agg(json_build_object('href', '/attempts/' || r.id, 'id', r.id, 'machine', m.name, 'profile', p.name, 'tree', t.name, 'short', case when t.kind = 'git' then left(c.sha, 12) else c.subject end, 'commit_href', '/trees/' || t.name || '/commits/' || c.sha, 'step', r.step, 'done', r.step_done, 'of', r.step_of,
			'progress', case when r.step_of is null then null when r.step_unit = 'percent' then r.step_done || ' %' when r.step_unit = 'bytes' then page_bytes(r.step_done) || ' of ' || page_bytes(r.step_of) else r.step_done || ' of ' || r.step_of || ' ' || r.step_unit end,
			'elapsed', page_duration(round(extract(epoch from now() - r.started_at))), 'expected', case sign(round(pace.seconds - extract(epoch from now() - r.started_at))) when 1 then 'in ' || page_duration(round(pace.seconds - extract(epoch from now() - r.started_at))) when 0 then 'now' when -1 then 'late by ' || page_duration(round(extract(epoch from now() - r.started_at) - pace.seconds)) end,
			'priority', r.priority, 'run_href', '/runs/' || r.run_id) order by r.id)
		from running r join tree t on t.id = r.tree_id join commit c on c.id = r.commit_id join profile p on p.id = r.profile_id join machine m on m.id = r.machine_id cross join lateral machine_pace(r.machine_id) pace (seconds)),
	'symbols', (select json_agg(json_build_object('tree', t.name, 'short', left(c.sha, 12), 'commit_href', '/trees/' || t.name || '/commits/' || c.sha, 'arch', k.arch, 'is_running', o.state = 'leased',
			'machine', case when o.state = 'leased' then m.name end, 'error', o.error, 'since', page_time(o.queued_at)) order by o.state = 'leased' desc, o.queued_at, k.id)
		from (select * from symbol_order where state in ('queued', 'leased') order by state = 'leased' desc, queued_at limit 50) o
			join kernel k on k.id = o.kernel_id join revision r on r.id = k.revision_id join tree t on t.id = r.tree_id join commit c on c.id = r.commit_id left join machine m on m.id = o.machine_id),
	'queued', (select nullif(page_count(count(*)), '0') from job where state = 'queued'),
	'arches', (select json_agg(json_build_object('arch', substr(arch, 6), 'href', '/queue?arch=' || substr(arch, 6), 'jobs', page_counted(jobs, 'job', 'jobs'), 'machines', page_counted(machines, 'machine', 'machines'), 'has_none', machines = 0, 'is_unknown', known = 0, 'expected', page_duration(ceil(jobs::numeric / nullif(machines, 0)) * seconds)) order by arch) from of_arch),
	'lanes', (select json_agg(json_build_object('who', who, 'who_href', '/queue?user=' || replace(who, ' ', '+'), 'tree', t.name, 'tree_href', '/queue?tree=' || t.name, 'priority', priority, 'lift', nullif(urgency - priority, 0), 'jobs', page_count(jobs), 'active', page_count(active::bigint), 'since', page_time(since), 'why', queue_why(lane, 1, start),
			'needs', (select json_agg(need order by need like 'arch:%' desc, need) from unnest(needs) need),
			'start', page_expected(start)) order by place)
		from (select w.*, coalesce((select plan.start from (select id from job where lane_id between w.lane_id and w.lane_id and state = 'queued' order by lane_id, id limit 1) head join plan on plan.job_id = head.id), queue_start(w.lane, 1)) as start
			from wanted w order by place limit 100) l join tree t on t.id = l.tree_id),
	'next', (select json_agg(json_build_object('job', n.id, 'hurry', case when n.priority < 90 then 90 else 100 end, 'priority', n.priority, 'tree', t.name, 'short', case when t.kind = 'git' then left(c.sha, 12) else c.subject end, 'subject', case when t.kind = 'git' then c.subject end, 'commit_href', '/trees/' || t.name || '/commits/' || c.sha, 'profile', p.name, 'run_href', '/runs/' || n.run_id, 'run', n.run_id, 'is_patched', not r.is_plain,
			'why', (select case when u.request ?| array['bisection', 'change_trial', 'crossing'] or u.request = '{}' then u.title when u.is_golden then 'a check of its machine' when u.request -> 'is_back' = 'true' then 'the tree''s policy: a commit that was passed over'
				when u.is_planned then 'the tree''s policy: its newest commit' else 'asked for' end from run u where u.id = n.run_id), 'user', n.who, 'start', page_expected(n.start), 'tries', case when n.attempts > 0 then n.attempts || ' of ' || n.attempts_max end, 'since', page_time(n.queued_at)) order by n.urgency desc, n.level, n.place)
		from next n join revision r on r.id = n.revision_id join tree t on t.id = r.tree_id join commit c on c.id = r.commit_id join profile p on p.id = n.profile_id)) as page;
