-- All tokens, for operators.
select name, kind, to_char(created_at, 'YYYY-MM-DD HH24:MI') as created_at, to_char(last_used_at, 'YYYY-MM-DD HH24:MI') as last_used_at,
	to_char(revoked_at, 'YYYY-MM-DD HH24:MI') as revoked_at
from token order by name limit 10000
