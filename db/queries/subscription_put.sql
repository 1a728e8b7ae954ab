-- Adds a subscription, or changes one. $1 id or null, $2 the version that is changed, $3 all its fields as JSON, $4 who.
-- A webhook without a secret gets one. Always one row: id, version and a new one's secret (null: it is no longer at that one), and what is unknown ('tree', 'profile').
with given as (
	select g.*, t.id as tree_id, p.id as profile_id
	from jsonb_to_record($3::jsonb) g (name text, state text, channel text, target text, kinds text[], what text[], tree text, profile text, path text, severity text,
		digest_hours integer, public boolean, regzbot boolean, secret text)
	left join tree t on t.name = g.tree left join profile p on p.name = g.profile
), good as (
	select * from given where (tree is null or tree_id is not null) and (profile is null or profile_id is not null)
), made as (
	insert into subscription (name, state, channel, target, kinds, what, tree_id, profile_id, path, severity, digest_hours, is_public, has_regzbot, token_id, secret)
	select name, state, channel, target, kinds, coalesce(what, '{}'), tree_id, profile_id, path, severity, digest_hours, public, regzbot, $4::bigint,
		case when channel = 'webhook' then coalesce(secret, webhook_secret()) end
	from good where $1::bigint is null
	returning id, version, secret
), changed as (
	update subscription s set name = g.name, state = case when s.is_direct and g.state = 'active' then 'direct' else g.state end, channel = g.channel, target = g.target, kinds = g.kinds, what = coalesce(g.what, s.what), tree_id = g.tree_id,
		profile_id = g.profile_id, path = g.path, severity = g.severity, digest_hours = g.digest_hours, is_public = g.public,
		has_regzbot = g.regzbot, version = version + 1, paused_why = null,
		secret = case when g.channel = 'webhook' then coalesce(g.secret, s.secret, webhook_secret()) end
	from good g where s.id = $1::bigint and s.version = $2::integer
	returning s.id, s.version, null as secret
)
select k.id, k.version, k.secret, case when g.tree is not null and g.tree_id is null then 'tree' when g.profile is not null and g.profile_id is null then 'profile' end as unknown
from given g left join (select * from made union all select * from changed) k on true limit 1
