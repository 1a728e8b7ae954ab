-- One search: the commits of its range that count, with what is believed of them and was tried on them, what each attempt told, who may be it.
-- `links`: who descends from whom, of ranges of up to 5,000 commits; C makes the graph of them. $1 id. No row: there is none.
with x as materialized (
	select x.*, t.name as tree, p.name as profile, bisection_matter(x.id) as matter, s.metric, m.unit from bisection x join tree t on t.id = x.tree_id join profile p on p.id = x.profile_id
		left join change c on c.id = x.change_id left join series s on s.id = c.series_id left join metric m on m.name = s.metric
	where x.id = case when $1::text ~ '^[0-9]{1,18}$' then $1::text::bigint end
), tried as materialized (
	select a.*, c.commit_id from x join bisection_attempt a on a.bisection_id = x.id join bisection_commit c on c.bisection_id = x.id and c.position = a.position
), credible as materialized (
	select s.* from x cross join lateral bisection_credible(x.id) s order by s.belief desc, s.place limit 50
), waiting as materialized (
	select r.commit_id, count(*) as n from x join bisection_run o on o.bisection_id = x.id join job j on j.run_id = o.run_id and j.ended_at is null join revision r on r.id = j.revision_id group by r.commit_id
), merge as materialized (
	select p.position, count(*) over () as n from x join bisection_parent p on p.bisection_id = x.id group by p.position having count(*) > 1
), line as materialized ( -- the ends, what was or is tried, what is likely, merges where there are few
	select c.position, c.commit_id, c.belief, c.near, max(c.belief) over () as most, e.events, e.clean, w.n as waiting
	from x join bisection_commit c on c.bisection_id = x.id
		left join (select commit_id, count(*) filter (where has_event) as events, count(*) filter (where not has_event) as clean from tried group by commit_id) e on e.commit_id = c.commit_id
		left join waiting w on w.commit_id = c.commit_id
	where c.belief >= 0.001 or e.commit_id is not null or w.commit_id is not null or c.commit_id in (x.older_id, x.newer_id) or c.position in (select position from merge where n <= 30)
	order by c.belief desc, c.position limit 200
)
select json_build_object(
	'title', 'Bisection ' || x.id || ': which commit ' || case x.kind when 'broken' then 'brought it?' when 'fixed' then 'took it away?' else 'moved it?' end, 'in_bugs', x.bug_id is not null, 'in_changes', x.change_id is not null, 'is_change', x.change_id is not null, 'unit', x.unit, 'id', x.id,
	'status', page_bisection_status(x.state), 'is_running', x.state = 'running', 'is_fix', x.kind = 'fixed', 'is_found', x.state = 'found',
	'is_not_here', x.state = 'not_here', 'is_out_of_budget', x.state = 'out_of_budget', 'is_inseparable', x.state = 'inseparable',
	'matter', x.matter, 'matter_href', coalesce('/bugs/' || x.bug_id, '/changes/' || x.change_id), 'matter_word', case when x.bug_id is not null then 'bug' else 'change' end, 'tree', x.tree, 'profile', x.profile,
	'commits', (select page_count(greatest(count(*) - 1, 0)) from bisection_commit where bisection_id = x.id),
	'none', round(x.none::numeric * 100, 1), 'entropy', round(x.entropy::numeric, 2), 'begun', page_time(x.created_at), 'ended', page_time(x.ended_at),
	'used', page_number(x.used_minutes), 'budget', page_count(x.budget_minutes), 'needs', case when x.state in ('running', 'out_of_budget') then page_number(ceil(x.needs_minutes)) end,
	'confirm_href', '/runs/' || x.confirm_run_id, 'confirm_run', x.confirm_run_id,
	'has_confirm', exists (select from bisection_side s where s.bisection_id = x.id),
	'confirm', (select json_agg(json_build_object('what', s.what, 'with_it', s.hits, 'clean', s.clean, 'failed', nullif(s.broken, 0), 'waiting', nullif(s.waiting, 0)) order by s.n) from bisection_sides(x.id) s),
	'two', (select json_build_object('belief', round(x.two::numeric * 100, 1), 'first', left(f.sha, 12), 'first_href', '/trees/' || x.tree || '/commits/' || f.sha, 'second', left(s.sha, 12), 'second_href', '/trees/' || x.tree || '/commits/' || s.sha) from commit f, commit s where f.id = x.two_first_id and s.id = x.two_second_id and x.two >= 0.1),
	'crossing', case when x.state = 'found' and x.bug_id is not null then (select json_build_object('bug_id', x.bug_id, 'suspect', case x.kind when 'broken' then left(k.sha, 12) else '' end, 'fix', case x.kind when 'fixed' then left(k.sha, 12) else '' end,
			'crossings', (select json_agg(json_build_object('href', '/crossings/' || o.id, 'id', o.id) order by o.id desc) from (select id from crossing where bug_id = x.bug_id order by id desc limit 10) o))
		from credible s join commit k on k.id = s.commit_id order by s.belief desc limit 1) end,
	'alert_href', (select '/alerts/' || a.id from alert a where a.bisection_id = x.id),
	'mail', (select json_build_object('text', (m ->> 'opening') || E'\n\n' || (m ->> 'text') || coalesce(E'\n' || (m ->> 'regzbot'), '')) from bisection_mail(x.id, '') m where m is not null),
	'near', (select json_build_object('commits', page_counted(count(*), 'commit', 'commits'), 'weight', max(c.weight)::text, 'is_files', x.near_by = 'files') from bisection_commit c where c.bisection_id = x.id and c.near is not null having count(*) > 0),
	'asked_by', (select name from token where id = x.token_id), 'ended_by', (select name from token where id = x.cancelled_by),
	'credible', (select json_agg(json_build_object('short', left(k.sha, 12), 'href', '/trees/' || x.tree || '/commits/' || k.sha, 'subject', k.subject, 'author', k.author,
			'belief', round(s.belief::numeric * 100, 1), 'near', (select c.near from bisection_commit c where c.bisection_id = x.id and c.position = s.place)) order by s.belief desc, s.place)
		from credible s join commit k on k.id = s.commit_id),
	'line', (select json_agg(json_build_object('short', left(k.sha, 12), 'href', '/trees/' || x.tree || '/commits/' || k.sha, 'subject', k.subject,
			'belief', round(l.belief::numeric * 100, 1), 'width', round((100 * l.belief / greatest(l.most, 1e-9))::numeric, 1), 'events', nullif(l.events, 0), 'clean', nullif(l.clean, 0), 'waiting', l.waiting, 'near', l.near,
			'position', l.position, 'is_line', exists (select from tree_commit tc where tc.tree_id = x.tree_id and tc.commit_id = l.commit_id and tc.ordinal is not null), 'is_older', l.commit_id = x.older_id, 'is_newer', l.commit_id = x.newer_id,
			'is_merge', exists (select from commit_parent m where m.commit_id = l.commit_id and m.position = 1)) order by l.position desc)
		from line l join commit k on k.id = l.commit_id),
	'links', (select json_build_object('commits', n.commits, 'positions', (select json_agg(position order by position, parent) from bisection_parent where bisection_id = x.id),
			'parents', (select json_agg(parent order by position, parent) from bisection_parent where bisection_id = x.id))
		from (select count(*) as commits from bisection_commit where bisection_id = x.id) n where n.commits between 1 and 5000),
	'attempts', (select json_agg(json_build_object('id', e.attempt_id, 'href', '/attempts/' || e.attempt_id, 'short', left(k.sha, 12), 'has_event', e.has_event, 'value', page_number(change_unscale(x.metric, e.value)),
			'exposure', page_number(e.exposure), 'bits', round(e.bits::numeric, 2), 'machine', (select m.name from attempt a join machine m on m.id = a.machine_id where a.id = e.attempt_id)) order by e.attempt_id desc)
		from (select * from tried order by attempt_id desc limit 200) e join commit k on k.id = e.commit_id),
	'check', json_build_object('older', (select sha from commit where id = x.older_id), 'newer', (select sha from commit where id = x.newer_id))) as page
from x
