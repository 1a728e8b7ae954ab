-- Searches for a commit, the newest first, 100 at a time. $1 only older ones than this number (null or no number: from the newest). Always one row.
with shown as materialized (
	select * from bisection where id < coalesce(case when $1::text ~ '^[0-9]{1,18}$' then $1::text::bigint end, 9223372036854775807) order by id desc limit 100
)
select json_build_object(
	'title', 'Bisections', 'in_bugs', true,
	'rows', (select json_agg(json_build_object('id', x.id, 'href', '/bisections/' || x.id, 'status', page_bisection_status(x.state), 'is_fix', x.kind = 'fixed', 'is_change', x.kind = 'moved',
			'matter', bisection_matter(x.id), 'matter_href', coalesce('/bugs/' || x.bug_id, '/changes/' || x.change_id), 'tree', (select name from tree where id = x.tree_id), 'profile', (select name from profile where id = x.profile_id),
			'short', left(k.sha, 12), 'commit_href', '/trees/' || (select name from tree where id = x.tree_id) || '/commits/' || k.sha, 'subject', k.subject,
			'belief', round(top.belief::numeric * 100, 1), 'used', page_number(x.used_minutes), 'begun', page_time(x.created_at)) order by x.id desc)
		from shown x
			left join lateral (select c.commit_id, c.belief from bisection_commit c where c.bisection_id = x.id and c.belief > 0 order by c.belief desc, c.position limit 1) top on true
			left join commit k on k.id = top.commit_id),
	'older', (select '/bisections?before=' || min(id) from shown having count(*) = 100)) as page
