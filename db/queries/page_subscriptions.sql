-- Subscriptions, and what the form for a new one offers. Always one row.
select json_build_object(
	'title', 'Subscriptions', 'in_alerts', true,
	'form', json_build_object('channel_mail', true, 'severity_low', true, 'digest_hours_0', true),
	'trees', (select json_agg(json_build_object('name', name) order by name) from tree),
	'profiles', (select json_agg(json_build_object('name', name) order by name) from profile),
	'rows', (select json_agg(json_build_object('href', '/subscriptions/' || s.id, 'name', s.name, 'is_paused', s.state = 'paused', 'is_direct', s.state = 'direct', 'paused_why', s.paused_why, 'channel', s.channel,
			'target', subscription_shown(s.channel, s.target), 'is_public', s.is_public, 'digest', case when s.digest_hours > 0 then s.digest_hours || ' h' end,
			'scopes', (select json_agg(json_build_object('name', x.name) order by x.n) from (
				select 1 as n, alert_kind_words(k) as name from unnest(s.kinds) k union all select 1, case w when 'crash' then 'crashes' when 'boot' then 'boots' when 'build' then 'builds' else 'compiler warnings' end from unnest(s.what) w union all select 2, t.name union all select 3, p.name union all select 4, s.path
				union all select 5, 'at least ' || s.severity where s.severity <> 'low') x where x.name is not null),
			'sent', (select page_count(count(*)) from delivery d where d.subscription_id = s.id and d.state = 'sent')) order by s.id)
		from subscription s left join tree t on t.id = s.tree_id left join profile p on p.id = s.profile_id)) as page
