-- Which of these tokens were revoked, or renewed within the last minute. $1 their ids.
select id from token
where id = any($1::bigint[]) and (revoked_at is not null or renewed_at > now() - interval '1 minute')
order by id limit 10000
