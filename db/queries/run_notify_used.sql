-- How many runs of the last day name somebody to be told, of all tokens of the person whose token this is. $1 the token. Always one row.
select count(*) as runs from run
where token_id in (select p.id from token_people($1::bigint) p) and notify_id is not null and created_at > now() - interval '1 day'
limit 1
