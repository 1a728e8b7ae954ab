-- Bugs that are gone become alerts, in their thread, each once. One that people settled meanwhile is not told, nor the end of a warning that
-- nobody was told of. At most 20 at once.
-- One row: the new alerts, as text of an array.
with due as (
	select distinct on (g.bug_id) g.bug_id, g.tree_id, g.first_id
	from bug_gone g join bug b on b.id = g.bug_id
	where g.alert_id is null and b.state in ('new', 'open', 'reopened')
		and (bug_what(b.type) <> 'warning' or exists (select from alert a where a.bug_id = b.id and a.kind in ('bug_new', 'bug_again')))
		and not exists (select from alert a where a.bug_id = g.bug_id and a.kind = 'bug_fixed') and not exists (select from alert_item i where i.bug_id = g.bug_id)
	order by g.bug_id, g.tree_id limit 20
), made as (
	insert into alert (kind, thread, severity, title, bug_id, paths)
	select 'bug_fixed', 'bug:' || alert_bug_root(b.id), 'low', b.title || ' is gone, ' || t.name || ' at ' || left(c.sha, 12) || ' ("' || c.subject || '")', b.id,
		coalesce((select a.paths from alert a where a.bug_id = b.id order by a.id limit 1), '{}')
	from due d join bug b on b.id = d.bug_id join tree t on t.id = d.tree_id join commit c on c.id = d.first_id
	on conflict (bug_id, kind) where bug_id is not null do nothing
	returning id, bug_id
), placed as (
	insert into alert_place (alert_id, tree_id, profile_id, attempt_id)
	select m.id, d.tree_id, l.profile_id, max(l.attempt_id)
	from made m join due d on d.bug_id = m.bug_id join occurrence o on o.bug_id = m.bug_id join attempt_place l on l.attempt_id = o.attempt_id and l.tree_id = d.tree_id
	group by m.id, d.tree_id, l.profile_id
), linked as (
	update bug_gone g set alert_id = m.id from made m join due d on d.bug_id = m.bug_id where g.bug_id = d.bug_id and g.tree_id = d.tree_id
), told as (
	insert into event (kind, subject_id) select 'alert', id from made
)
select (select coalesce(array_agg(id), '{}') from made)::text as alerts limit 1
