-- What a pass over old consoles changed, or as a preview would change, by bug, then by what reads otherwise. $1 pass. No row: no such pass.
with change as (
	select * from reread_change where reread_id = $1::bigint
), side as (
	select old_bug_id as bug_id, null::text as new_bug, attempt_id, true as is_loss, kind, new_bug_id as other_id, new_bug as other_new
	from change where kind = 'removed' or new_bug_id is distinct from old_bug_id and old_bug_id is not null
	union all
	select new_bug_id, case when new_bug_id is null then new_bug end, attempt_id, false, kind, old_bug_id, null
	from change where kind = 'added' or old_bug_id is distinct from new_bug_id and kind <> 'removed'
	union all
	select new_bug_id, null, attempt_id, null, kind, null, null from change where kind = 'retitled' and old_bug_id = new_bug_id
), counted as (
	select bug_id, new_bug, count(*) filter (where is_loss) as lost, count(*) filter (where not is_loss) as gained,
		count(*) filter (where is_loss is null) as retitled, count(*) filter (where is_loss and kind <> 'removed') as left_for,
		count(distinct coalesce(other_id::text, other_new)) filter (where is_loss and kind <> 'removed') as others,
		min(other_id) filter (where is_loss) as into_id, min(other_new) filter (where is_loss) as into_new,
		(array_agg(distinct attempt_id))[1:5] as attempts
	from side group by bug_id, new_bug
), judged as (
	select c.*, r.is_applied, b.id is not null as is_there, not bug_is_untouched(b.id) as is_touched,
		coalesce(b.title, c.new_bug, (select min(old_title) from change where old_bug_id = c.bug_id), '') as title,
		(select count(*) from occurrence o where o.bug_id = c.bug_id) as now,
		exists (select from change where new_bug_id = c.bug_id and new_bug is not null) as is_made
	from counted c cross join reread r left join bug b on b.id = c.bug_id where r.id = $1
), told as (
	select *, case when is_applied then now + lost - gained else now end as before, case when is_applied then now else now - lost + gained end as after
	from judged
), worded as (
	select *, case
		when after > 0 and (is_made or new_bug is not null) then 'appears'
		when after > 0 then 'changes'
		when left_for = lost and others = 1 and not (is_there and is_touched) then 'merges'
		when is_there and is_touched then 'empties'
		else 'vanishes' end as change
	from told
), lines as (
	select kind, old_title, new_title, old_bug_id, new_bug_id, new_bug, count(*) as n, (array_agg(distinct attempt_id))[1:5] as attempts
	from change group by kind, old_title, new_title, old_bug_id, new_bug_id, new_bug
)
select json_build_object('id', r.id, 'applied', r.is_applied, 'reader', r.reader_version, 'build_reader', r.build_version, 'actor', r.actor, 'started', r.started_at, 'ended', r.ended_at,
	'consoles', r.consoles, 'logs', r.logs,
	'consoles_changed', (select count(distinct attempt_id) from change where occurrence_stream(start_byte) = 'console'), 'logs_changed', (select count(distinct attempt_id) from change where occurrence_stream(start_byte) = 'build'),
	'occurrences', (select json_build_object('added', count(*) filter (where kind = 'added'), 'removed', count(*) filter (where kind = 'removed'),
		'retitled', count(*) filter (where kind = 'retitled'), 'moved', count(*) filter (where kind = 'moved'), 'rewritten', r.rewritten) from change),
	'bugs', coalesce((select json_agg(json_build_object('id', bug_id, 'title', title, 'change', change, 'before', before, 'after', after, 'gained', gained,
		'lost', lost, 'retitled', retitled, 'into', case when change = 'merges' then into_id end,
		'into_title', case when change = 'merges' then coalesce(into_new, (select b.title from bug b where b.id = into_id)) end, 'attempts', attempts)
		order by array_position(array['merges', 'vanishes', 'empties', 'appears', 'changes'], change), greatest(lost, gained, retitled) desc, title)
		from (select * from worded order by greatest(lost, gained, retitled) desc, title limit 1000) w), '[]'),
	'changes', coalesce((select json_agg(json_build_object('kind', kind, 'count', n, 'old_title', old_title, 'new_title', new_title, 'old_bug', old_bug_id,
		'new_bug', new_bug_id, 'makes_bug', new_bug, 'attempts', attempts) order by n desc, old_title, new_title)
		from (select * from lines order by n desc, old_title, new_title limit 1000) l), '[]')) as reread
from reread r where r.id = $1
