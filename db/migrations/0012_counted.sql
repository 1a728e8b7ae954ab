-- Pages count things in words.
create function page_counted(n bigint, one text, many text) returns text
language sql stable parallel safe as $$
	select page_count(n) || ' ' || case when n = 1 then one else many end
$$;
comment on function page_counted(bigint, text, text) is 'So many of something: 1 attempt, 1,234 attempts.';
