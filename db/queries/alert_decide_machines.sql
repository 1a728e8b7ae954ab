-- An active machine that says nothing for ten minutes, while a server listens, is lost; one that was taken out because its attempts failed is
-- bad. One that is heard again, is well again, or is taken out of service by a person, ends its alert.
-- One row: the new alerts, as text of an array.
with ended as (
	update alert a set ended_at = now() from machine m
	where a.kind in ('machine_lost', 'machine_bad') and a.ended_at is null and m.id = a.machine_id
		and (m.state <> 'active' or case a.kind when 'machine_lost' then m.seen_at > now() - interval '10 minutes' else m.health in ('good', 'unknown') end)
	returning a.id
), made as (
	insert into alert (kind, thread, severity, title, machine_id)
	select 'machine_lost', 'machine:' || m.id, 'medium', 'machine ' || m.name || ' is silent', m.id
	from machine m
	where m.state = 'active' and m.seen_at < now() - interval '10 minutes'
		and exists (select from listening l where l.seen_at > now() - interval '1 minute' and l.since < now() - interval '10 minutes')
	union all
	select 'machine_bad', 'machine:' || m.id, 'medium', 'machine ' || m.name || ' was taken out: ' || coalesce(split_part(m.health_why, '; ', 1), 'it is ' || m.health), m.id
	from machine m
	where m.state = 'active' and m.health in ('bad', 'looping')
	on conflict (kind, thread) where kind in ('machine_lost', 'machine_bad', 'queue_stuck') and ended_at is null do nothing
	returning id
), told as (
	insert into event (kind, subject_id) select 'alert', id from made union all select 'alert', id from ended
)
select (select coalesce(array_agg(id), '{}') from made)::text as alerts limit 1
