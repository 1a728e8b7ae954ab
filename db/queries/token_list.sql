-- All tokens, for operators.
select name, kind, to_char(created_at, 'YYYY-MM-DD HH24:MI') as created_at, to_char(last_used_at, 'YYYY-MM-DD HH24:MI') as last_used_at,
	to_char(revoked_at, 'YYYY-MM-DD HH24:MI') as revoked_at,
	case when used_at is not null then 'used ' || to_char(used_at, 'YYYY-MM-DD HH24:MI') when ends_at < now() then 'ended' else 'until ' || to_char(ends_at, 'YYYY-MM-DD HH24:MI') end as once
from token order by name limit 10000
