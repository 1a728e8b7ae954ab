-- One delivery for the API, with its content. $1 id. No row: there is none.
select json_build_object('delivery', s.shown || jsonb_build_object('content', d.content))::text as body
from delivery_shown s join delivery d on d.id = s.delivery_id
where d.id = case when $1::text ~ '^[0-9]{1,18}$' then $1::text::bigint end
limit 1
