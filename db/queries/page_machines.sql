-- The fleet: each machine, whether it is heard, what it does, and how its last 100 attempts went.
-- No parameters. Always one row.
select json_build_object(
	'title', 'Machines', 'in_machines', true,
	'rows', (select json_agg(json_build_object('name', m.name, 'href', '/machines/' || m.name, 'arch', m.arch, 'cpus', m.cpus, 'memory', case when m.memory_mb < 10240 then m.memory_mb || ' MiB' else m.memory_mb / 1024 || ' GiB' end, 'disk', page_bytes(m.disk_free_bytes), 'is_full', m.disk_free_bytes < 5e9, 'seen', page_time(m.seen_at),
			'class', case when m.state <> 'active' then 'idle' when m.seen_at < now() - interval '2 minutes' or m.health in ('bad', 'looping') then 'bad' when r.id is not null then 'busy' else 'good' end,
			'mark', case when m.state <> 'active' then '–' when m.seen_at < now() - interval '2 minutes' or m.health in ('bad', 'looping') then '✗' when r.id is not null then '▸' else '✓' end,
			'word', case when m.state <> 'active' then m.state when m.seen_at < now() - interval '2 minutes' then 'silent' when m.health in ('bad', 'looping') then m.health when r.id is not null then 'busy' else 'idle' end,
			'step', r.step, 'attempt_href', '/attempts/' || r.id, 'attempt', r.id, 'recent', nullif(l.attempts, 0), 'clean', l.clean, 'bugs', l.bugs, 'faults', nullif(l.faults, 0), 'lost', nullif(l.lost, 0)) order by m.state = 'retired', m.arch, m.name)
		from machine m left join lateral (select id, step from attempt where machine_id = m.id and state = 'running' order by id desc limit 1) r on true
			left join lateral (select count(*) as attempts, count(*) filter (where result = 'clean') as clean, count(*) filter (where result in ('crash', 'hang')) as bugs, count(*) filter (where result = 'fault' or state = 'failed') as faults, count(*) filter (where state = 'lost') as lost
				from (select result, state from attempt where machine_id = m.id and state <> 'running' order by id desc limit 100) x) l on true)) as page;
