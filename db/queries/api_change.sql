-- One change for the API, with the commits in between and its history. $1 id. No row: there is none.
select json_build_object('change', change_words(c.id) || jsonb_build_object(
	'commits', (select coalesce(jsonb_agg(jsonb_build_object('commit', k.sha, 'subject', k.subject) order by tc.ordinal), '[]')
		from tree_commit g join tree_commit b on b.tree_id = s.tree_id and b.commit_id = c.bad_id
			join tree_commit tc on tc.tree_id = s.tree_id and tc.ordinal > g.ordinal and tc.ordinal <= b.ordinal join commit k on k.id = tc.commit_id
		where g.tree_id = s.tree_id and g.commit_id = c.good_id),
	'history', (select coalesce(jsonb_agg(jsonb_build_object('at', to_char(h.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'by', k.name, 'from', h.from_state, 'to', h.to_state, 'note', h.note) order by h.id), '[]')
		from change_history h left join token k on k.id = h.token_id where h.change_id = c.id)))::text as body
from change c join series s on s.id = c.series_id where c.id = case when $1::text ~ '^[0-9]{1,18}$' then $1::text::bigint end
limit 1
