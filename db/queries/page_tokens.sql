-- The tokens that the caller may see: an admin all, others their own and those made with it. $1 the caller's id, '0': nobody.
-- Always one row.
with me as (
	select * from token where id = $1::text::bigint
), shown as (
	select t.*, o.name as owner from me m join token t on m.kind = 'admin' or t.id in (select f.id from token_family(m.id) f) left join token o on o.id = t.owner_id
	order by t.revoked_at is not null, t.name limit 1000
)
select json_build_object('title', 'Tokens',
	'kind_choices', (select json_agg(json_build_object('name', w.kind, 'says', w.says) order by n) from me, (values (1, 'trigger', 'orders runs, decides'), (2, 'read', 'reads where reading is closed'), (3, 'runner', 'claims jobs, delivers'), (4, 'admin', 'all of it, and machines'), (5, 'enrol', 'enrols one machine, once, within a day'))
		w (n, kind, says) where me.kind = 'admin' or (me.kind = 'trigger' and w.n <= 2)),
	'rows', (select json_agg(json_build_object('name', s.name, 'kind', s.kind, 'owner', s.owner, 'is_me', s.id = m.id, 'created', page_time(s.created_at), 'used', page_time(s.last_used_at), 'revoked', page_time(s.revoked_at),
			'can_revoke', s.revoked_at is null) order by s.revoked_at is not null, s.name) from shown s, me m)) as page
