-- Bugs for the API, newest first.
-- $1 how many, as text (null: 100; at most 1000); $2 'yes': only known issues, 'no': only others (null: both); $3 crash, boot, build or warning
-- (null: all). Always one row.
select json_build_object('bugs', coalesce(json_agg(json_build_object('id', b.id, 'title', b.title, 'type', b.type, 'what', bug_what(b.type), 'state', b.state, 'duplicate_of', b.duplicate_of, 'fix_pending', bug_fix_pending(b.id), 'known', coalesce(rule_marks(b.id), '[]'),
	'created_at', to_char(b.created_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'attempts', o.attempts, 'last_seen_at', to_char(o.last, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'url', '/bugs/' || b.id) order by b.id desc), '[]'))::text as body
from (
	select * from bug where ($2::text is null or ($2::text = 'yes') = rule_is_known(id)) and ($3::text is null or bug_what(type) = $3::text) order by id desc
	limit least(1000, case when $1::text ~ '^[0-9]{1,4}$' then $1::integer else 100 end)
) b
cross join lateral (
	select coalesce(sum(attempts), 0)::bigint as attempts, max(last_at) as last from bug_tally where bug_id = b.id
) o
limit 1;
