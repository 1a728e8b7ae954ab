-- Writes the deliveries of new alerts, and wakes who sends them. $1 alerts, as text of an array. Always one row: how many.
select alert_deliver($1::bigint[]) as deliveries, pg_notify('work', 'deliver')::text as word limit 1
