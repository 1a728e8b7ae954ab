-- The tree a run is asked for in.
-- $1 name. No row: there is no such tree.
select id, kind, to_char(refreshed_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as refreshed_at, refresh_error
from tree
where name = $1::text
limit 1;
