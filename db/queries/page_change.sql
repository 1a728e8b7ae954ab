-- One change: where, from what to what and how sure, the commits in between, both sides' attempts, what confirmed it, who decided. $1 id.
-- No row: there is none.
with c as (
	select c.*, s.metric, s.tree_id, s.profile_id, m.title as metric_title, m.unit, t.name as tree, t.kind = 'git' as is_git, p.name as profile,
		gc.ordinal as good, bc.ordinal as bad, lc.ordinal as low, hc.ordinal as high
	from change c join series s on s.id = c.series_id join metric m on m.name = s.metric join tree t on t.id = s.tree_id join profile p on p.id = s.profile_id
		left join tree_commit gc on gc.tree_id = s.tree_id and gc.commit_id = c.good_id left join tree_commit bc on bc.tree_id = s.tree_id and bc.commit_id = c.bad_id
		left join tree_commit lc on lc.tree_id = s.tree_id and lc.commit_id = c.low_id left join tree_commit hc on hc.tree_id = s.tree_id and hc.commit_id = c.high_id
	where c.id = case when $1::text ~ '^[0-9]{1,18}$' then $1::text::bigint end
), near as materialized (
	select v.* from c join change_point v on v.series_id = c.series_id and v.ordinal between c.good - 50 and c.bad + 50
), side as (
	select v.is_after, v.attempt_id, v.value, v.ordinal, v.commit_id,
		row_number() over (partition by v.is_after order by abs(v.ordinal - case when v.is_after then c.bad else c.good end), v.attempt_id) as n
	from (select v.*, 2 * v.ordinal > c.good + c.bad as is_after from near v cross join c) v cross join c
), middle as (
	select v.ordinal, percentile_cont(0.5) within group (order by v.scaled) as y, row_number() over (order by v.ordinal) - 1 as x from near v group by v.ordinal
), bound as (
	select min(y) as low, max(y) as high, count(*) as n from middle
)
select json_build_object(
	'title', 'Change ' || c.id || ': ' || c.metric_title || ', ' || c.profile, 'in_changes', true, 'id', c.id, 'version', c.version, 'status', page_change_status(c.state, c.gone_at),
	'tree', c.tree, 'profile', c.profile, 'metric', c.metric_title, 'unit', c.unit, 'series_href', '/trees/' || c.tree || '/series/' || c.profile || '/' || c.metric || coalesce('?before=' || (c.bad + 51), ''),
	'is_slope', c.kind = 'slope', 'is_level', c.kind = 'level', 'is_wide', c.is_wide, 'is_gone', c.gone_at is not null, 'is_up', c.after > c.before,
	'before', page_number(change_unscale(c.metric, c.before)), 'before_low', page_number(change_unscale(c.metric, c.before_low)), 'before_high', page_number(change_unscale(c.metric, c.before_high)),
	'after', page_number(change_unscale(c.metric, c.after)), 'after_low', page_number(change_unscale(c.metric, c.after_low)), 'after_high', page_number(change_unscale(c.metric, c.after_high)),
	'chance', page_number(c.chance), 'found', page_time(c.found_at),
	'trial', case when c.trial_id is not null then json_build_object('pairs', c.trial_pairs, 'chance', page_number(c.trial_chance),
		'runs', (select json_agg(json_build_object('id', r.run_id, 'href', '/runs/' || r.run_id) order by r.run_id) from change_trial_run r where r.trial_id = c.trial_id)) end,
	'svg', (select json_build_object('high', page_number(change_unscale(c.metric, b.high)), 'low', page_number(change_unscale(c.metric, b.low)),
		'from', (select left(k.sha, 12) from commit k, tree_commit tc where tc.tree_id = c.tree_id and tc.ordinal = (select min(ordinal) from middle) and k.id = tc.commit_id),
		'to', (select left(k.sha, 12) from commit k, tree_commit tc where tc.tree_id = c.tree_id and tc.ordinal = (select max(ordinal) from middle) and k.id = tc.commit_id),
		'width', greatest(b.n - 1, 1), 'line', (select 'M' || string_agg(x || ' ' || round((98 - 96 * case when b.high > b.low then (y - b.low) / (b.high - b.low) else 0.5 end)::numeric, 1), 'L' order by x) from middle),
		'at', (select min(x) - 0.5 from middle where ordinal >= case when c.kind = 'slope' or c.is_wide then c.low else c.bad end)) from bound b where b.n > 1),
	'good_short', (select left(sha, 12) from commit where id = c.good_id), 'good_href', (select '/trees/' || c.tree || '/commits/' || sha from commit where id = c.good_id), 'good_subject', (select subject from commit where id = c.good_id),
	'bad_short', (select left(sha, 12) from commit where id = c.bad_id), 'bad_href', (select '/trees/' || c.tree || '/commits/' || sha from commit where id = c.bad_id), 'bad_subject', (select subject from commit where id = c.bad_id),
	'compare_href', (select '/compare?a=' || c.tree || '/' || g.sha || '&b=' || c.tree || '/' || b.sha from commit g, commit b where g.id = c.good_id and b.id = c.bad_id),
	'range', case when c.low < c.high then (select left(l.sha, 12) || ' to ' || left(h.sha, 12) from commit l, commit h where l.id = c.low_id and h.id = c.high_id) end,
	'between', (select json_agg(json_build_object('short', left(k.sha, 12), 'href', '/trees/' || c.tree || '/commits/' || k.sha, 'subject', k.subject, 'author', k.author) order by k.ordinal desc)
		from (select tc.ordinal, k.* from tree_commit tc join commit k on k.id = tc.commit_id where tc.tree_id = c.tree_id and tc.ordinal > c.good and tc.ordinal <= c.bad order by tc.ordinal desc limit 200) k),
	'sides', (select json_agg(json_build_object('word', case when is_after and c.kind = 'slope' then 'at its end' when c.kind = 'slope' then 'at its beginning' when is_after then 'behind' else 'before' end, 'rows', rows) order by is_after)
		from (select is_after, json_agg(json_build_object('attempt', s.attempt_id, 'href', '/attempts/' || s.attempt_id, 'value', page_number(s.value), 'short', left(k.sha, 12), 'machine', m.name) order by s.ordinal, s.attempt_id) as rows
			from side s join commit k on k.id = s.commit_id join attempt a on a.id = s.attempt_id join machine m on m.id = a.machine_id where s.n <= 20 group by is_after) x),
	'same', (select json_agg(json_build_object('href', '/changes/' || o.id, 'profile', p.name, 'metric', m.title, 'status', page_change_status(o.state, o.gone_at)) order by p.name, m.position)
		from change o join series s on s.id = o.series_id and s.tree_id = c.tree_id join metric m on m.name = s.metric join profile p on p.id = s.profile_id
			join tree_commit g on g.tree_id = s.tree_id and g.commit_id = o.good_id join tree_commit b on b.tree_id = s.tree_id and b.commit_id = o.bad_id
		where o.id <> c.id and (o.kind = 'slope') = (c.kind = 'slope') and g.ordinal < c.bad and c.good < b.ordinal),
	'can_bisect', c.kind = 'level' and c.state <> 'false_alarm' and c.bad > c.good + 1,
	'bisections', (select json_agg(json_build_object('id', x.id, 'href', '/bisections/' || x.id, 'status', page_bisection_status(x.state)) order by x.id desc) from (select * from bisection where change_id = c.id order by id desc limit 10) x),
	'alert_href', '/alerts/' || c.alert_id, 'fixed_href', '/changes/' || c.fixed_by,
	'history', (select json_agg(json_build_object('at', page_time(h.at), 'who', coalesce(k.name, 'Faultline'), 'from', replace(h.from_state, '_', ' '), 'to', replace(h.to_state, '_', ' '), 'note', nullif(h.note, '')) order by h.id)
		from change_history h left join token k on k.id = h.token_id where h.change_id = c.id)) as page
from c
