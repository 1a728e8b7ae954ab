-- What became of a machine for the API, newest first, at most 200. $1 name. No row: no such machine.
select json_build_object('machine', m.name, 'changes', coalesce((select json_agg(json_build_object('at', to_char(h.at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
	'who', t.name, 'what', h.what, 'before', h.before, 'after', h.after, 'note', h.note) order by h.id desc)
	from (select * from machine_change where machine_id = m.id order by id desc limit 200) h left join token t on t.id = h.token_id), '[]'))::text as body
from machine m where m.name = $1::text
limit 1
