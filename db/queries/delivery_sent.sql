-- How a try went. $1 delivery; $2 what went wrong, null: it was taken; $3 is that for good. After the tenth try it is given up.
update delivery set state = case when $2::text is null then 'sent' when $3::boolean or tries >= 10 then 'given_up' else state end,
	error = left($2::text, 1000), sent_at = case when $2::text is null then now() end
where id = $1::bigint and state = 'waiting'
