-- Deliveries for the API, the newest first. $1 state (null: all), $2 how many, as text (null: 100; at most 1000). Always one row.
select json_build_object('deliveries', coalesce(json_agg(s.shown order by s.delivery_id desc), '[]'))::text as body
from (
	select * from delivery_shown where $1::text is null or state = $1::text
	order by delivery_id desc limit least(1000, case when $2::text ~ '^[0-9]{1,4}$' then $2::text::integer else 100 end)) s
limit 1
