-- The life of a bug for the API, from its beginning (the first 1000 changes).
-- $1 id, as text. No row: there is no such bug.
select json_build_object('bug', b.id, 'version', b.version, 'history', (
	select coalesce(json_agg(json_build_object('at', to_char(h.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'who', h.who, 'action', h.action,
		'from', h.from_state, 'to', h.to_state, 'bug', h.other_id, 'detail', h.detail, 'note', h.note) order by h.id), '[]')
	from (
		select h.*, t.name as who from bug_history h left join token t on t.id = h.token_id where h.bug_id = b.id order by h.id limit 1000
	) h))::text as body
from bug b
where b.id = case when $1::text ~ '^[0-9]{1,18}$' then $1::bigint end
limit 1;
