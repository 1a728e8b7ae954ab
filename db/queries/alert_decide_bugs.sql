-- Bugs that are to be told of become alerts: when the attempts that showed them have ended and been read, since a report may read
-- otherwise until then, or after ten minutes. One that was settled meanwhile is not told. At most 20 at once.
-- One row: the new alerts, as text of an array, and how many bugs were seen to.
with due as (
	select i.bug_id, i.kind from alert_item i
	where i.queued_at < now() - interval '10 minutes' or not exists (
		select from occurrence o join attempt a on a.id = o.attempt_id left join stream s on s.attempt_id = a.id and s.name = 'console'
		where o.bug_id = i.bug_id and (a.state = 'running' or (not s.is_read and s.reader_retry_at is distinct from 'infinity')))
	order by i.queued_at, i.bug_id limit 20
	for update skip locked
), gone as (
	delete from alert_item i using due where i.bug_id = due.bug_id
), seen as (
	select d.bug_id, l.tree_id, l.profile_id, min(l.attempt_id) as attempt_id
	from due d join occurrence o on o.bug_id = d.bug_id join attempt_place l on l.attempt_id = o.attempt_id
	group by d.bug_id, l.tree_id, l.profile_id
), first as (
	select distinct on (d.bug_id) d.bug_id, o.report
	from due d join occurrence o on o.bug_id = d.bug_id order by d.bug_id, o.attempt_id, o.start_byte
), made as (
	insert into alert (kind, thread, severity, title, bug_id, paths)
	select d.kind, 'bug:' || alert_bug_root(b.id), alert_severity(b.type), b.title, b.id, coalesce((
		select array_agg(distinct p.path) from (
			select f.report ->> 'file' as path
			union select m[1] from regexp_matches(f.report ->> 'text', '([a-z0-9_-]+(?:/[A-Za-z0-9_.-]+)+\.[chS]):[0-9]+', 'g') m) p where p.path <> ''), '{}')
	from due d join bug b on b.id = d.bug_id join first f on f.bug_id = b.id
	where b.state in ('new', 'open', 'reopened')
	on conflict (bug_id, kind) where bug_id is not null do nothing
	returning id, bug_id
), placed as (
	insert into alert_place (alert_id, tree_id, profile_id, attempt_id)
	select m.id, s.tree_id, s.profile_id, s.attempt_id from made m join seen s on s.bug_id = m.bug_id
), told as (
	insert into event (kind, subject_id) select 'alert', id from made
)
select (select coalesce(array_agg(id), '{}') from made)::text as alerts, (select count(*) from due) as items limit 1
