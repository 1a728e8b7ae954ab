-- One alert for the API, with its deliveries and what people did about it. $1 id. No row: there is none.
select json_build_object('alert', alert_payload(a.id, '') || jsonb_build_object(
	'deliveries', (select coalesce(jsonb_agg(s.shown order by s.delivery_id), '[]') from delivery_alert x join delivery_shown s on s.delivery_id = x.delivery_id where x.alert_id = a.id),
	'history', (select coalesce(jsonb_agg(jsonb_build_object('at', to_char(h.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'by', k.name, 'action', h.action, 'detail', h.detail, 'note', h.note) order by h.id), '[]')
		from alert_history h left join token k on k.id = h.token_id where h.alert_id = a.id)))::text as body
from alert a where a.id = case when $1::text ~ '^[0-9]{1,18}$' then $1::text::bigint end
limit 1
