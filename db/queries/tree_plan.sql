-- Plans one commit of a tree whose policy is on: the newest first that lacks jobs under a profile of the policy, then further back, and only
-- while fewer of its commits wait than machines are here (at least two), so that a newer one is soon in. Repeated until there is no row: nothing
-- is to be planned now. What lies behind a commit that was planned was passed over: it fills idle machines only (store/urgency.h). Several may run it at once: the policy's row is locked, and who saw it before another planned finds it changed.
-- No parameters.
with p as materialized (
	select p.* from tree_policy p
	where p.is_on and p.planned_at is not distinct from (select o.planned_at from tree_policy o where o.tree_id = p.tree_id)
		and (p.per_day is null or p.per_day > (select count(*) from run where tree_id = p.tree_id and is_planned and created_at > now() - interval '24 hours'))
		and (p.machine_hours is null or p.machine_hours * 3600 > (
			select coalesce(sum(extract(epoch from coalesce(a.ended_at, now()) - a.started_at)), 0)
			from run join job j on j.run_id = run.id join attempt a on a.job_id = j.id
			where run.tree_id = p.tree_id and run.is_planned and run.created_at > now() - interval '8 days' and coalesce(a.ended_at, now()) > now() - interval '24 hours'))
		and (select count(distinct j.run_id) from run join job j on j.run_id = run.id and j.state = 'queued'
				where run.tree_id = p.tree_id and run.is_planned and run.created_at > now() - interval '30 days')
			< greatest(2, (select count(*) from machine where state = 'active' and seen_at > now() - interval '2 minutes'))
	order by p.planned_at nulls first, p.tree_id
	for update of p skip locked
), newest as materialized (
	select p.tree_id, p.repeats, p.priority, p.migrations, next.commit_id, next.missing
	from p cross join lateral (
		select l.commit_id, lack.missing
		from tree_commit l
		cross join lateral (
			select array_agg(wanted.id order by wanted.position) as missing
			from unnest(p.profiles) with ordinality wanted (id, position)
			where not exists (
				select from revision r join job j on j.revision_id = r.id
				where r.commit_id = l.commit_id and r.tree_id = p.tree_id and r.is_plain and j.profile_id = wanted.id and j.state <> 'cancelled')
		) lack
		where l.tree_id = p.tree_id and l.ordinal > (select max(ordinal) from tree_commit where tree_id = p.tree_id) - p.back
			and l.ordinal % p.every = 0
			and case p.commits when 'every' then true
				when 'merges' then exists (select from commit_parent where commit_id = l.commit_id and position = 1)
				else exists (select from tree_ref f join tree t on t.id = f.tree_id where f.tree_id = p.tree_id and f.commit_id = l.commit_id and f.name <> t.branch) end
			and lack.missing is not null
		order by l.ordinal desc limit 1
	) next
	limit 1
), chosen as materialized (
	select n.tree_id, n.repeats, n.migrations, n.commit_id, n.missing, b.is_back, case when b.is_back then least(n.priority, 10) else n.priority end as priority
	from newest n join p using (tree_id) cross join lateral (select exists (
		select from tree_commit l join tree_commit o on o.tree_id = l.tree_id and o.ordinal > l.ordinal join revision r on r.tree_id = o.tree_id and r.commit_id = o.commit_id and r.is_plain
			join job j on j.revision_id = r.id and j.profile_id = any (p.profiles) and j.state <> 'cancelled'
		where l.tree_id = n.tree_id and l.commit_id = n.commit_id) as is_back offset 0) b
), noted as (
	update tree_policy set planned_at = clock_timestamp() from chosen where tree_policy.tree_id = chosen.tree_id
), found as (
	insert into revision (hash, tree_id, commit_id, is_plain)
	select encode(sha256(convert_to(format(E'%s\n%s\n[]\n[]\n', chosen.tree_id, c.sha), 'UTF8')), 'hex'), chosen.tree_id, c.id, true
	from chosen join commit c on c.id = chosen.commit_id
	on conflict (hash) do update set image_url = excluded.image_url
	returning id
), made as (
	insert into run (tree_id, title, priority, request, request_hash, migrations, is_planned)
	select chosen.tree_id, left(c.sha, 12) || ' ("' || left(c.subject, 100) || '")', chosen.priority, json_build_object('tree', t.name, 'commit', c.sha, 'is_back', chosen.is_back), '', chosen.migrations, true
	from chosen join commit c on c.id = chosen.commit_id join tree t on t.id = chosen.tree_id
	returning id, priority
), queued as (
	insert into job (run_id, revision_id, profile_id, repeat, arch, priority, attempts_max, queue_limit_s)
	select made.id, found.id, f.id, n, f.arch, made.priority, f.attempts_max, f.queue_limit_s
	from made cross join found cross join chosen cross join unnest(chosen.missing) with ordinality m (id, position) join profile f on f.id = m.id
		cross join generate_series(0, chosen.repeats - 1) n
	order by m.position, n
	returning id
)
select made.id, (select count(*) from queued) as jobs, event_add('run', made.id, null)::text as told from made limit 1
