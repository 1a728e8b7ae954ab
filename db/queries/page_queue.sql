-- The queue: what runs and when it should end, who waits for what and why, and the next 50 jobs.
-- A lane's first job is expected when as many machines have come free as lanes with its needs stand before it.
-- $1 only this architecture, $2 only this tree, $3 only what this user ordered (watched trees: what nobody did); null: all. Always one row.
with running as (
	select a.id, a.step, a.step_done, a.step_of, a.step_unit, a.started_at, a.machine_id, l.profile_id, l.tree_id, l.commit_id, l.run_id, j.priority
	from attempt a join attempt_place l on l.attempt_id = a.id join job j on j.id = a.job_id where a.state = 'running' and ($1::text is null or j.arch = $1::text) and ($2::text is null or l.tree_id = (select id from tree where name = $2::text))
		and ($3::text is null or $3::text = (select coalesce(k.name, 'watched trees') from run o left join token k on k.id = o.token_id where o.id = l.run_id))
	order by a.id limit 200
), pace as (
	select m.id as machine_id, m.tags || array['machine:' || m.name, 'golden:' || m.name] as tags, m.state = 'active' and m.seen_at > now() - interval '2 minutes' as is_ready, exists (select from attempt where machine_id = m.id and state = 'running') as is_busy, avg(extract(epoch from a.ended_at - a.started_at)) as seconds
	from machine m left join lateral (select started_at, ended_at from attempt where machine_id between m.id and m.id and state = 'done' order by machine_id, id desc limit 10) a on true group by m.id
), waiting as materialized (
	select lane_id, count(*) as jobs, min(queued_at) as since from job where state = 'queued' group by lane_id
), ranked as materialized (
	select l.id, l.urgency, l.priority, l.needs, r.place, s.user_id, s.tree_id, w.jobs, w.since, coalesce(t.name, 'watched trees') as who,
		(select sum(active) from share where user_id = s.user_id) as active, (select need from unnest(l.needs) need where need like 'arch:%' limit 1) as arch,
		row_number() over (partition by l.needs order by r.place) as position
	from lane_ranks((select array_agg(distinct need) from lane, unnest(needs) need where is_open)) with ordinality r (lane_id, place)
		join lane l on l.id = r.lane_id join share s on s.id = l.share_id join waiting w on w.lane_id = l.id left join token t on t.id = s.user_id
), able as materialized (
	select n.needs, count(p.machine_id) as known, count(p.machine_id) filter (where p.is_ready) as machines, count(p.machine_id) filter (where p.is_ready and not p.is_busy) as free, avg(p.seconds) filter (where p.is_ready) as seconds,
		(select string_agg(need, ' ' order by need) from unnest(n.needs) need where not exists (select from pace of where need = any (of.tags))) as missing
	from (select distinct needs from ranked) n left join pace p on n.needs <@ p.tags group by n.needs
), lanes as (
	select r.*, a.machines, a.seconds, greatest(0, r.position - a.free) as behind,
		case when a.missing is not null then 'no machine has ' || a.missing
			when a.known = 0 then 'no machine has all of its tags'
			when a.machines = 0 then 'no machine that can take it is here'
			when r.position <= a.free then 'a machine is free'
			when exists (select from ranked o where o.needs = r.needs and o.urgency > r.urgency) then 'more urgent ones go first'
			when exists (select from ranked o where o.needs = r.needs and o.urgency = r.urgency and o.active < r.active) then 'others have less of the machines and go first'
			when r.position > 1 then 'others have waited longer for their turn'
			else 'is next; all ' || page_counted(a.machines, 'machine', 'machines') || case when a.machines = 1 then ' is busy' else ' are busy' end end as why
	from ranked r join able a using (needs)
), wanted as (
	select * from lanes where ($1::text is null or arch = 'arch:' || $1::text) and ($2::text is null or tree_id = (select id from tree where name = $2::text)) and ($3::text is null or who = $3::text)
), of_arch as (
	select r.arch, sum(r.jobs)::bigint as jobs, (select count(*) from pace where arch_tag.tag = any (tags) and is_ready) as machines, (select count(*) from pace where arch_tag.tag = any (tags)) as known,
		(select avg(seconds) from pace where arch_tag.tag = any (tags) and is_ready) as seconds
	from ranked r cross join lateral (select r.arch as tag) arch_tag group by r.arch, arch_tag.tag
), next as (
	select j.*, r.urgency, r.place, r.who from wanted r
	cross join lateral (select job.*, row_number() over (order by job.id) as turn from (select * from job where lane_id between r.id and r.id and state = 'queued' order by lane_id, id limit 50) job) j
	order by r.urgency desc, j.turn, r.place limit 50
)
select json_build_object(
	'title', 'Queue', 'in_queue', true, 'is_filtered', coalesce($1::text, $2::text, $3::text) is not null,
	'filters', (select json_agg(json_build_object('word', word) order by n) from (values (1, 'architecture ' || $1::text), (2, 'tree ' || $2::text), (3, 'ordered by ' || $3::text)) f (n, word) where word is not null),
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
	'arches', (select json_agg(json_build_object('arch', substr(arch, 6), 'href', '/queue?arch=' || substr(arch, 6), 'jobs', page_counted(jobs, 'job', 'jobs'), 'machines', page_counted(machines, 'machine', 'machines'), 'has_none', machines = 0, 'is_unknown', known = 0, 'expected', page_duration(ceil(jobs::numeric / nullif(machines, 0)) * seconds)) order by arch) from of_arch),
	'lanes', (select json_agg(json_build_object('who', who, 'who_href', '/queue?user=' || replace(who, ' ', '+'), 'tree', t.name, 'tree_href', '/queue?tree=' || t.name, 'priority', priority, 'lift', nullif(urgency - priority, 0), 'jobs', page_count(jobs), 'active', page_count(active::bigint), 'since', page_time(since), 'why', why,
			'needs', (select json_agg(need order by need like 'arch:%' desc, need) from unnest(needs) need),
			'start', case when machines = 0 then null when behind = 0 then 'now' else 'in about ' || page_duration(round(behind * seconds / machines)) end) order by place)
		from (select * from wanted order by place limit 100) l join tree t on t.id = l.tree_id),
	'next', (select json_agg(json_build_object('job', n.id, 'hurry', case when n.priority < 90 then 90 else 100 end, 'priority', n.priority, 'tree', t.name, 'short', case when t.kind = 'git' then left(c.sha, 12) else c.subject end, 'subject', case when t.kind = 'git' then c.subject end, 'commit_href', '/trees/' || t.name || '/commits/' || c.sha, 'profile', p.name, 'run_href', '/runs/' || n.run_id, 'run', n.run_id, 'is_patched', not r.is_plain,
			'why', (select case when u.request ?| array['bisection', 'change_trial'] then u.title when u.is_golden then 'a check of its machine' when u.is_planned then 'the tree''s policy' else 'asked for' end from run u where u.id = n.run_id), 'who', n.who, 'tries', case when n.attempts > 0 then n.attempts || ' of ' || n.attempts_max end, 'since', page_time(n.queued_at)) order by n.urgency desc, n.turn, n.place)
		from next n join revision r on r.id = n.revision_id join tree t on t.id = r.tree_id join commit c on c.id = r.commit_id join profile p on p.id = n.profile_id)) as page;
