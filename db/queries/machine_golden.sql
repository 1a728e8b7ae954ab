-- Queues a check of one machine that is due: asked for; or after a failure of its own; or so many hours or attempts after the last. One that was
-- taken out by Faultline is checked after an hour, and after a day when a check has brought it back within the last. The kernel is the
-- operator's choice, else the one that passed last on its architecture, the machine's own if it runs several. Checks that wait for a machine
-- which is not there are dropped. Several may run it at once: a machine's row is locked, and who waited for it finds it checked.
-- $1 hours; $2 attempts; each 0: not by that; both 0: only what was asked for. One row: the machine, the run and the kernel; no row: none is due.
with gone as (
	update job set state = 'cancelled', ended_at = now() from machine m
	where job.run_id = m.golden_run_id and job.state = 'queued' and not (m.state = 'active' and m.is_heard)
), due as materialized (
	select m.id, m.name, m.tags, m.golden_attempt_id, newest.id as newest_id,
		array(select substr(tag, 6) from unnest(m.tags) tag where tag like 'arch:%') as archs, case m.arch when 'aarch64' then 'arm64' else m.arch end as own_arch
	from machine m
	left join lateral (select a.id, a.machine_id from attempt a where a.machine_id >= m.id order by a.machine_id, a.id desc limit 1) newest on newest.machine_id = m.id
	where m.state = 'active' and m.is_heard and m.golden_at is not distinct from (select o.golden_at from machine o where o.id = m.id)
		and not exists (select from job where run_id = m.golden_run_id and state in ('queued', 'leased', 'running'))
		and (m.is_golden_wanted or ($1::integer > 0 or $2::integer > 0) and case
			when m.health in ('bad', 'looping') then m.judged_by is null and greatest(m.golden_at, m.judged_at) < now() - case when exists (
				select from machine_change c where c.machine_id = m.id and c.what = 'health' and c.after = 'good' and c.before in ('bad', 'looping') and c.token_id is null and c.at > now() - interval '1 day')
				then interval '1 day' else interval '1 hour' end
			else $1::integer > 0 and coalesce(m.golden_at, m.created_at) < now() - $1::integer * interval '1 hour'
				or $2::integer > 0 and exists (select from attempt a where a.machine_id = m.id and a.id > m.golden_after order by a.id offset $2::integer - 1 limit 1)
				or exists (
					select from (
						select id from (select * from attempt where machine_id >= m.id order by machine_id, id desc limit 100) a
						where a.machine_id = m.id and a.id > m.golden_after and a.state not in ('running', 'cancelled') order by a.machine_id, a.id desc limit 1) last
					where attempt_is_machines_fault(last.id) or attempt_is_golden(last.id) and attempt_golden_verdict(last.id) = 'failed') end)
	order by m.golden_at nulls first, m.id
	for update of m skip locked
), chosen as materialized (
	select due.*, golden.*
	from due cross join lateral (
		select j.revision_id, j.profile_id, j.arch, r.tree_id, c.subject as kernel
		from (
			select a.id, a.job_id, a.id = due.golden_attempt_id as is_set from attempt a where a.id = due.golden_attempt_id
			union all
			(select a.id, a.job_id, false from attempt a where a.result = 'clean' and a.id > (select max(id) - 5000 from attempt))) a
			join job j on j.id = a.job_id join revision r on r.id = j.revision_id join commit c on c.id = r.commit_id join profile p on p.id = j.profile_id
		where j.arch = any (due.archs) and (a.is_set or r.is_plain and array['workload:' || p.workload] || p.tags <@ due.tags)
		order by a.is_set desc, split_part(j.arch, '/', 1) = due.own_arch desc, a.id desc limit 1
	) golden
	limit 1
), run_made as (
	insert into run (tree_id, title, priority, request, request_hash, machine, is_golden)
	select tree_id, 'check of machine ' || name, 100, json_build_object('check', name), '', name, true from chosen
	returning id, tree_id
), share_found as (
	insert into share (user_id, tree_id) select 0, tree_id from chosen
	on conflict (user_id, tree_id) do update set active = share.active returning id
), lane_found as (
	insert into lane (share_id, priority, urgency, needs) select s.id, 100, 100, array['arch:' || c.arch, 'golden:' || c.name] from share_found s, chosen c
	on conflict on constraint lane_share_id_priority_needs_key do update set is_open = lane.is_open returning id
), queued as (
	insert into job (run_id, revision_id, profile_id, repeat, arch, priority, attempts_max, lane_id)
	select r.id, c.revision_id, c.profile_id, 0, c.arch, 100, 1, l.id from chosen c, run_made r, lane_found l
), noted as (
	update machine set golden_run_id = r.id, golden_at = now(), golden_after = coalesce(c.newest_id, 0), is_golden_wanted = false
	from chosen c, run_made r where machine.id = c.id
), told as (
	insert into event (kind, subject_id) select 'machine', id from chosen union all select 'run', id from run_made
)
select c.name as machine, r.id as run_id, c.kernel from chosen c, run_made r
