-- The fleet: each machine, whether it is heard, what it does, and how its last 100 attempts went.
-- Newest attempts are read from their machine on, in the order of the index; those of = or of a range of one would be sorted.
-- $1 only this architecture, $2 only what is so: busy, idle, silent, ill (bad, looping, refused), rest (not active); null: all. Always one row.
with told as (
	select m.*, r.id as attempt_id, r.step, case when m.state <> 'active' then m.state when m.seen_at < now() - interval '2 minutes' then 'silent' when m.refused is not null then 'refused' when m.health in ('bad', 'looping') then m.health when r.id is not null then 'busy' else 'idle' end as word
	from machine m left join lateral (select id, step from attempt where machine_id = m.id and state = 'running' order by id desc limit 1) r on true
), kind as (
	select told.*, case when state <> 'active' then 'rest' when word in ('bad', 'looping', 'refused') then 'ill' else word end as kind from told
), shown as (
	select * from kind where ($1::text is null or arch = $1::text) and ($2::text is null or kind = $2::text)
)
select json_build_object(
	'title', 'Machines', 'in_machines', true, 'is_filtered', $1::text is not null or $2::text is not null,
	'states', (select json_agg(json_build_object('word', word, 'count', (select count(*) from kind where w.state in (kind, 'all') and ($1::text is null or arch = $1::text)), 'is_here', w.state = coalesce($2::text, 'all'),
			'href', '/machines' || coalesce('?' || nullif(concat_ws('&', 'arch=' || $1::text, 'state=' || nullif(w.state, 'all')), ''), '')) order by n)
		from (values (1, 'all', 'all'), (2, 'busy', 'busy'), (3, 'idle', 'idle'), (4, 'silent', 'silent'), (5, 'not well', 'ill'), (6, 'at rest', 'rest')) w (n, word, state)),
	'arches', (select json_agg(json_build_object('word', coalesce(arch, 'every architecture'), 'is_here', arch is not distinct from $1::text, 'href', '/machines' || coalesce('?' || nullif(concat_ws('&', 'arch=' || arch, 'state=' || $2::text), ''), '')) order by arch nulls first)
		from (select distinct arch from machine union select null) a),
	'rows', (select json_agg(json_build_object('name', m.name, 'href', '/machines/' || m.name, 'arch', m.arch, 'cpus', m.cpus, 'memory', case when m.memory_mb < 10240 then m.memory_mb || ' MiB' else m.memory_mb / 1024 || ' GiB' end, 'disk', page_bytes(m.disk_free_bytes), 'is_full', m.disk_free_bytes < 5e9, 'seen', page_time(m.seen_at),
			'class', case kind when 'rest' then 'idle' when 'idle' then 'good' when 'busy' then 'busy' else 'bad' end, 'mark', case kind when 'rest' then '–' when 'idle' then '✓' when 'busy' then '▸' else '✗' end, 'word', word,
			'step', m.step, 'attempt_href', '/attempts/' || m.attempt_id, 'attempt', m.attempt_id, 'recent', nullif(l.attempts, 0), 'clean', l.clean, 'bugs', l.bugs, 'faults', nullif(l.faults, 0), 'lost', nullif(l.lost, 0)) order by m.state = 'retired', m.arch, m.name)
		from shown m left join lateral (select count(*) as attempts, count(*) filter (where result = 'clean') as clean, count(*) filter (where result in ('crash', 'hang')) as bugs, count(*) filter (where result = 'fault' or state = 'failed') as faults, count(*) filter (where state = 'lost') as lost
				from (select machine_id, result, state from attempt where machine_id >= m.id and state <> 'running' order by machine_id, id desc limit 100) x where machine_id = m.id) l on true)) as page;
