-- An item failed: tried again after 2, 4, 8 … seconds, given up after the eighth time. $1 item, $2 why.
update work_item
set tries = tries + 1, error = $2::text,
	retry_at = case when tries < 7 then now() + make_interval(secs => 2 ^ (tries + 1)) else 'infinity' end
where id = $1::bigint
