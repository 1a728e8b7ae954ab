-- Alerts for the API, the newest first. $1 state: open (or null): neither over nor acknowledged; all. $2 how many, as text (null: 100; at most 1000).
-- Always one row.
select json_build_object('alerts', coalesce(json_agg(alert_payload(a.id, '') - 'report' order by a.id desc), '[]'))::text as body
from (
	select id from alert where $1::text = 'all' or (ended_at is null and acknowledged_at is null)
	order by id desc limit least(1000, case when $2::text ~ '^[0-9]{1,4}$' then $2::text::integer else 100 end)) a
limit 1
