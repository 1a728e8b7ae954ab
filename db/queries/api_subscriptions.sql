-- Subscriptions for the API. Always one row.
select json_build_object('subscriptions', coalesce(json_agg(shown order by subscription_id), '[]'))::text as body from subscription_told limit 1
