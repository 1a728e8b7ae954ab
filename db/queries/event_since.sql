-- What a browser missed. $1 last event's id it saw; $2 only this attempt's, 0: all. Of the last day, at most 500, oldest first.
select id, kind, subject_id, coalesce(attempt_id, 0) as attempt_id
from event
where id > $1::bigint and at > now() - interval '1 day' and ($2::bigint = 0 or attempt_id = $2)
order by id limit 500
