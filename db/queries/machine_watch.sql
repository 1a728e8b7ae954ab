-- Looks after all machines that are not retired: whether they are heard, and what their newest attempts and checks say of their health. No
-- parameters. Silence counts only while a server listened. Checks count apart: a kernel from the cache passes where none can be built; but one
-- that passes brings back a machine that nobody but Faultline took out. Always one row: how many were lost by it (fell silent, went bad or looping).
with listened as (
	select exists (select from listening where seen_at > now() - interval '30 seconds' and since < now() - interval '2 minutes') as is_so
), newest as (
	select m.id, m.health, m.health in ('bad', 'looping') as is_out, m.judged_by, m.is_heard, m.state, m.seen_at > now() - interval '2 minutes' as is_heard_now, n.*
	from machine m left join lateral (
		select count(*) as attempts, count(*) filter (where attempt_is_machines_fault(a.id)) as faults, count(*) filter (where a.state = 'lost' and attempt_is_machines_fault(a.id)) as lost,
			(array_agg(coalesce(a.result, a.state) order by a.id desc))[1] as last_result, (array_agg(a.id order by a.id desc))[1] as last_id,
			(array_agg(left(split_part(coalesce(a.detail, ''), E'\n', 1), 300) order by a.id desc))[1] as last_detail
		from (
			select * from (select * from attempt where machine_id >= m.id order by machine_id, id desc limit 100) last
			where machine_id = m.id and ended_at > m.judged_at and state <> 'cancelled' and not attempt_is_golden(id) order by machine_id, id desc limit 3) a) n on true
	where m.state <> 'retired'
), checked as (
	select m.id, (array_agg(c.verdict order by c.id desc))[1] as verdict, count(*) filter (where c.verdict = 'failed') as failed, max(c.id) as last_id,
		(array_agg(concat_ws(': ', c.result, c.detail) order by c.id desc))[1] as last_detail
	from machine m cross join lateral (
		select a.id, attempt_golden_verdict(a.id) as verdict, coalesce(a.result, a.state) as result, nullif(left(split_part(a.detail, E'\n', 1), 300), '') as detail
		from run r join job j on j.run_id = r.id join attempt a on a.job_id = j.id
		where r.is_golden and r.machine = m.name and a.ended_at > m.judged_at order by r.id desc, a.id desc limit 2) c
	where m.golden_run_id is not null
	group by m.id
), judged as (
	select n.id, n.health as before, case when is_out then 'good' when lost = 3 then 'looping' when faults = 3 or c.failed = 2 then 'bad' else 'good' end as after,
		case when is_out then null
			when lost = 3 then 'its runner was lost three times in a row; the last is ' || n.last_id || ': ' || n.last_detail
			when faults = 3 then 'three attempts in a row failed for its own reasons; the last is ' || n.last_id || ': ' || n.last_detail
			when c.failed = 2 then 'the golden kernel failed twice in a row; the last is ' || c.last_id || ': ' || c.last_detail end as why,
		case when is_out then 'the golden kernel passed' end as note
	from newest n left join checked c using (id)
	where not is_out and (faults = 3 or c.failed = 2 or (health = 'unknown' and (last_result not in ('fault', 'lost') or c.verdict = 'passed')))
		or is_out and c.verdict = 'passed' and judged_by is null
), healthy as (
	update machine set health = j.after, health_why = j.why, judged_at = now(), judged_by = null from judged j where machine.id = j.id and machine.health = j.before
	returning machine.id, j.before, j.after, coalesce(j.why, j.note) as note
), heard as (
	update machine set is_heard = n.is_heard_now from newest n, listened l
	where machine.id = n.id and machine.is_heard = n.is_heard and n.is_heard <> n.is_heard_now and (n.is_heard_now or l.is_so)
	returning machine.id, machine.is_heard, n.state
), noted as (
	insert into machine_change (machine_id, what, before, after, note)
	select id, 'health', before, after, note from healthy
	union all select id, 'heard', case when is_heard then 'no' else 'yes' end, case when is_heard then 'yes' else 'no' end, null from heard
	returning machine_id
), told as (
	insert into event (kind, subject_id) select distinct 'machine', machine_id from noted
)
select (select count(*) from healthy where after <> 'good') + (select count(*) from heard where not is_heard and state = 'active') as lost limit 1
