-- Looks after all machines that are not retired: whether they are heard, and what their newest attempts say of their health. No
-- parameters. Silence counts only while a server listened. Always one row: how many were lost by it (fell silent, went bad or looping).
with listened as (
	select exists (select from listening where seen_at > now() - interval '30 seconds' and since < now() - interval '2 minutes') as is_so
), newest as (
	select m.id, m.health, m.is_heard, m.state, m.seen_at > now() - interval '2 minutes' as is_heard_now, n.*
	from machine m left join lateral (
		select count(*) as attempts, count(*) filter (where attempt_is_machines_fault(a.id)) as faults, count(*) filter (where a.state = 'lost' and attempt_is_machines_fault(a.id)) as lost,
			(array_agg(coalesce(a.result, a.state) order by a.id desc))[1] as last_result, (array_agg(a.id order by a.id desc))[1] as last_id,
			(array_agg(left(split_part(coalesce(a.detail, ''), E'\n', 1), 300) order by a.id desc))[1] as last_detail
		from (select * from attempt where machine_id = m.id and ended_at > m.judged_at and state <> 'cancelled' order by id desc limit 3) a) n on true
	where m.state <> 'retired'
), judged as (
	select id, health as before, case when lost = 3 then 'looping' when faults = 3 then 'bad' else 'good' end as after,
		case when lost = 3 then 'its runner was lost three times in a row' when faults = 3 then 'three attempts in a row failed for its own reasons' end
			|| '; the last is ' || last_id || ': ' || last_detail as why
	from newest
	where (faults = 3 and health not in ('bad', 'looping')) or (health = 'unknown' and last_result not in ('fault', 'lost'))
), healthy as (
	update machine set health = j.after, health_why = j.why, judged_at = now() from judged j where machine.id = j.id and machine.health = j.before
	returning machine.id, j.before, j.after, j.why
), heard as (
	update machine set is_heard = n.is_heard_now from newest n, listened l
	where machine.id = n.id and machine.is_heard = n.is_heard and n.is_heard <> n.is_heard_now and (n.is_heard_now or l.is_so)
	returning machine.id, machine.is_heard, n.state
), noted as (
	insert into machine_change (machine_id, what, before, after, note)
	select id, 'health', before, after, why from healthy
	union all select id, 'heard', case when is_heard then 'no' else 'yes' end, case when is_heard then 'yes' else 'no' end, null from heard
	returning machine_id
), told as (
	insert into event (kind, subject_id) select distinct 'machine', machine_id from noted
)
select (select count(*) from healthy where after <> 'good') + (select count(*) from heard where not is_heard and state = 'active') as lost limit 1
