-- One machine: its facts, its last check with a golden kernel, what became of it and its attempts, newest first, 50 at a time.
-- $1 name; $2 only attempts with smaller ids (null or no number: from the newest).
-- No row: no such machine.
with m as (
	select * from machine where name = $1::text
), shown as (
	select a.* from m cross join lateral ( -- from this machine on, so that the order is the index's; = or a range of one would be sorted
		select * from attempt where machine_id >= m.id and id < coalesce(case when $2::text ~ '^[0-9]{1,18}$' then $2::text::bigint end, 9223372036854775807)
		order by machine_id, id desc limit 50) a where a.machine_id = m.id
)
select json_build_object(
	'title', m.name, 'in_machines', true, 'name', m.name, 'seen', page_time(m.seen_at),
	'class', case when m.state <> 'active' then 'idle' when m.seen_at < now() - interval '2 minutes' or m.health in ('bad', 'looping') then 'bad' else 'good' end,
	'mark', case when m.state <> 'active' then '–' when m.seen_at < now() - interval '2 minutes' or m.health in ('bad', 'looping') then '✗' else '✓' end,
	'word', case when m.state <> 'active' then m.state when m.seen_at < now() - interval '2 minutes' then 'silent' when m.health in ('bad', 'looping') then m.health else 'active' end,
	'refused', m.refused, 'health', m.health, 'why', m.health_why, 'is_out', m.health in ('bad', 'looping'), 'is_barred', m.health in ('bad', 'looping') and m.judged_by is not null, 'slots', m.slots, 'owned_by', (select json_build_object('shown', subscription_shown(s.channel, s.target), 'href', '/subscriptions/' || s.id, 'is_paused', s.state = 'paused') from subscription s where s.id = m.owner_id),
	'state_choices', (select json_agg(json_build_object('name', s.name, 'is_chosen', s.name = m.state) order by s.n) from (values (1, 'active'), (2, 'maintenance'), (3, 'draining'), (4, 'retired')) s (n, name)),
	'health_choices', (select json_agg(json_build_object('name', s.name, 'is_chosen', s.name = m.health) order by s.n) from (values (1, 'good'), (2, 'unknown'), (3, 'looping'), (4, 'bad')) s (n, name)),
	'golden', (select json_build_object('attempt', a.id, 'href', '/attempts/' || a.id, 'run_href', '/runs/' || g.id, 'is_waiting', a.id is null and j.state in ('queued', 'leased'), 'is_dropped', a.id is null and j.state not in ('queued', 'leased'), 'status', case when a.id is not null then page_status(a.state, a.result) end,
			'kernel', case when t.kind = 'git' then left(c.sha, 12) else c.subject end, 'kernel_href', '/trees/' || t.name || '/commits/' || c.sha, 'subject', case when t.kind = 'git' then c.subject end, 'profile', p.name, 'at', page_time(m.golden_at))
		from run g join job j on j.run_id = g.id join tree t on t.id = g.tree_id join revision r on r.id = j.revision_id join commit c on c.id = r.commit_id join profile p on p.id = j.profile_id left join lateral (select * from attempt where job_id = j.id order by number desc limit 1) a on true
		where g.id = m.golden_run_id order by a.id desc nulls last limit 1),
	'golden_attempt', m.golden_attempt_id, 'golden_href', '/attempts/' || m.golden_attempt_id, 'is_golden_wanted', m.is_golden_wanted,
	'history', (select json_agg(json_build_object('at', page_time(h.at), 'who', coalesce(k.name, 'Faultline'), 'what', h.what, 'before', coalesce(h.before, 'any'), 'after', coalesce(h.after, 'any'), 'note', nullif(h.note, '')) order by h.id desc)
		from (select * from machine_change where machine_id = m.id order by id desc limit 50) h left join token k on k.id = h.token_id),
	'facts', (select json_agg(json_build_object('name', f.name, 'value', f.value) order by f.n) from (values (1, 'arch', m.arch), (2, 'cpus', m.cpus::text), (3, 'cpu', m.cpu_model), (4, 'memory', case when m.memory_mb < 10240 then m.memory_mb || ' MiB' else m.memory_mb / 1024 || ' GiB' end), (5, 'disk free', page_bytes(m.disk_free_bytes) || coalesce(' of ' || page_bytes(m.disk_bytes), '')), (6, 'kernel', m.kernel_release),
		(7, 'runner', m.runner_version || ', protocol ' || m.protocol), (8, 'QEMU', coalesce(m.qemu_version, 'none found')), (9, 'compiler', coalesce(m.compiler_version, 'none found')), (13, 'linker', m.linker_version), (14, 'other compilers', array_to_string(m.toolchains, ', ')), (15, 'firmware', m.firmware), (16, 'page size', page_bytes(m.page_size)), (17, 'attempts at once', coalesce(m.slots::text, 'as many as its runners ask for')), (18, 'tests on', machine_accel_words(m.id)), (19, 'builds', machine_builds_words(m.id)), (10, 'can', array_to_string(m.tags, ', ')),
		(11, 'kernels from the cache', (select page_count(hits) || ' of ' || page_count(hits + misses) || ' (' || round(100.0 * hits / (hits + misses)) || ' %)' from machine_kernels(m.id) where hits + misses > 0))) f (n, name, value) where f.value <> ''),
	'has_workloads', m.workloads <> '[]',
	'workloads', (select json_agg(json_build_object('name', w ->> 'name', 'summary', w ->> 'summary', 'arches', (select string_agg(a, ', ') from jsonb_array_elements_text(w -> 'arches') a),
			'arguments', (select string_agg((a ->> 'name') || ' ' || (a ->> 'type') || coalesce(' = ' || (a ->> 'default'), ''), ', ') from jsonb_array_elements(w -> 'arguments') a)) order by w ->> 'name')
		from jsonb_array_elements(m.workloads) w),
	'rows', (select json_agg(json_build_object('id', s.id, 'href', '/attempts/' || s.id, 'status', page_status(s.state, s.result), 'tree', t.name, 'short', case when t.kind = 'git' then left(c.sha, 12) else c.subject end, 'commit_href', '/trees/' || t.name || '/commits/' || c.sha,
			'profile', p.name, 'step', s.step, 'detail', case when s.result not in ('clean', 'crash') then left(split_part(s.detail, E'\n', 1), 200) end, 'load', round(s.load_during::numeric, 2), 'took', page_duration(extract(epoch from coalesce(s.ended_at, now()) - s.started_at)), 'started', page_time(s.started_at)) order by s.id desc)
		from shown s join attempt_place l on l.attempt_id = s.id join tree t on t.id = l.tree_id join commit c on c.id = l.commit_id join profile p on p.id = l.profile_id),
	'newest', case when $2::text is not null then '/machines/' || m.name end,
	'older', (select '/machines/' || m.name || '?before=' || min(id) from shown having count(*) = 50)) as page
from m;
