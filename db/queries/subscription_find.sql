-- One subscription to be changed: its fields as subscription_put takes them. $1 id, as text. No row: there is none.
select s.id, s.version, jsonb_build_object('name', s.name, 'state', s.state, 'channel', s.channel, 'target', s.target, 'kinds', s.kinds, 'what', s.what, 'tree', t.name,
	'profile', p.name, 'path', s.path, 'severity', s.severity, 'digest_hours', s.digest_hours, 'public', s.is_public, 'regzbot', s.has_regzbot)::text as fields
from subscription s left join tree t on t.id = s.tree_id left join profile p on p.id = s.profile_id
where s.id = case when $1::text ~ '^[0-9]{1,18}$' then $1::text::bigint end
limit 1
