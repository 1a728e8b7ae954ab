-- Runs, newest first, 30 at a time, with how far each has come; checks of machines are on their pages.
-- $1 only runs with smaller ids (null or no number: from the newest); $2 only of this tree, $3 only what this user ordered (watched
-- trees: what nobody did); null: all. Always one row.
with shown as (
	select * from run where not is_golden and id < coalesce(case when $1::text ~ '^[0-9]{1,18}$' then $1::text::bigint end, 9223372036854775807)
		and ($2::text is null or tree_id = (select id from tree where name = $2::text))
		and ($3::text is null or ($3::text = 'watched trees' and token_id is null) or token_id in (select id from token where name = $3::text))
	order by id desc limit 30
)
select json_build_object(
	'title', 'Runs', 'in_runs', true, 'is_filtered', coalesce($2::text, $3::text) is not null,
	'filters', (select json_agg(json_build_object('word', word) order by n) from (values (1, 'tree ' || $2::text), (2, 'ordered by ' || $3::text)) f (n, word) where word is not null),
	'rows', (select json_agg(json_build_object('id', s.id, 'href', '/runs/' || s.id, 'title', s.title, 'tree', t.name, 'tree_href', '/runs?tree=' || t.name, 'by', coalesce(k.name, 'watched trees'), 'by_href', '/runs?user=' || replace(coalesce(k.name, 'watched trees'), ' ', '+'), 'priority', s.priority, 'created', page_time(s.created_at),
			'done', n.ended, 'total', n.total, 'progress', page_count(n.ended) || ' of ' || page_count(n.total),
			'status', page_status(run_state(s.cancelled_at, n.total, n.ended, n.active, n.failed), null)) order by s.id desc)
		from shown s cross join lateral run_jobs(s.id) n join tree t on t.id = s.tree_id left join token k on k.id = s.token_id),
	'tree_choices', (select json_agg(json_build_object('name', name) order by name) from tree where kind = 'git'),
	'profiles_choices', (select json_agg(json_build_object('name', name) order by name) from profile where config <> 'running'),
	'newest', case when $1::text is not null then '/runs' || coalesce('?' || nullif(concat_ws('&', 'tree=' || $2::text, 'user=' || replace($3::text, ' ', '+')), ''), '') end,
	'older', (select '/runs?' || concat_ws('&', 'tree=' || $2::text, 'user=' || replace($3::text, ' ', '+'), 'before=' || min(id)) from shown having count(*) = 30)) as page;
