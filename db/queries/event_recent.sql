-- What happened in the last 10 s, oldest first: a transaction may commit after a later one, so that ids alone would lose some.
select id, kind, subject_id, coalesce(attempt_id, 0) as attempt_id
from event
where at > now() - interval '10 seconds' and id > (select coalesce(max(id), 0) - 2000 from event)
order by id limit 1000
