-- Searches that have named commits become alerts, in the thread of their bug or change, once what confirms it has ended. At most 20 at once.
-- One row: the new alerts, as text of an array.
with due as (
	select x.id, x.tree_id, x.profile_id, x.bug_id, x.change_id, x.kind, x.state from bisection x
	where x.state in ('found', 'inseparable') and not x.is_told and bisection_confirmed(x.id)
	order by x.id limit 20 for update skip locked
), made as (
	insert into alert (kind, thread, severity, title, bisection_id, paths)
	select 'commit_found', coalesce('bug:' || alert_bug_root(b.id), (select a.thread from change c join alert a on a.id = c.alert_id where c.id = d.change_id), 'change:' || d.change_id), 'medium',
		case when d.state = 'found' then left(k.sha, 12) || ' ("' || left(k.subject, 200) || '")' else 'One of ' || (select count(*) from bisection_credible(d.id)) || ' commits' end
			|| case d.kind when 'broken' then ' brought ' when 'fixed' then ' took away ' else ' moved ' end || bisection_matter(d.id) || ', ' || t.name,
		d.id, coalesce((select a.paths from alert a where a.bug_id = b.id order by a.id limit 1), '{}')
	from due d left join bug b on b.id = d.bug_id join tree t on t.id = d.tree_id
		cross join lateral (select c.commit_id from bisection_commit c where c.bisection_id = d.id order by c.belief desc, c.position limit 1) top join commit k on k.id = top.commit_id
	returning id, bisection_id
), noted as (
	update bisection x set is_told = true from due d where x.id = d.id
), placed as (
	insert into alert_place (alert_id, tree_id, profile_id, attempt_id)
	select m.id, d.tree_id, d.profile_id, max(a.attempt_id)
	from made m join due d on d.id = m.bisection_id join bisection_attempt a on a.bisection_id = d.id and a.has_event group by m.id, d.tree_id, d.profile_id
), told as (
	insert into event (kind, subject_id) select 'alert', id from made
)
select (select coalesce(array_agg(id), '{}') from made)::text as alerts limit 1
