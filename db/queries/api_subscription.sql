-- One subscription for the API. $1 id. No row: there is none.
select json_build_object('subscription', shown)::text as body from subscription_told
where subscription_id = case when $1::text ~ '^[0-9]{1,18}$' then $1::text::bigint end limit 1
