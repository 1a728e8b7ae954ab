-- Makes the bug of reports that come from a revision with an older bug's fix, says so in the life of both, and has it told.
-- $1 the older bug, $2 attempt of the report. One row.
with recursive back as (
	select id, previous_id, title, type, family, 1 as n from bug where id = $1::bigint
	union all
	select b.id, b.previous_id, b.title, b.type, b.family, back.n + 1 from back join bug b on b.id = back.previous_id
), root as (
	select title, type, family, n + 1 as n from back where previous_id is null
), made as (
	insert into bug (title, type, family, state, previous_id)
	select title || ' (' || n || ')', type, family, 'reopened', $1::bigint from root
	returning id
), queued as (
	insert into alert_item (bug_id, kind) select id, 'bug_again' from made
), seen as (
	select 'seen on ' || left(c.sha, 12) || ' of ' || t.name || ', which has "' || coalesce(x.title, '?') || '"' as detail
	from attempt a
	join job j on j.id = a.job_id
	join revision r on r.id = j.revision_id
	join commit c on c.id = r.commit_id
	join tree t on t.id = r.tree_id
	left join bug_fix_tree x on x.bug_id = $1::bigint and x.tree_id = t.id
	where a.id = $2::bigint
), told as (
	insert into bug_history (bug_id, action, from_state, to_state, other_id, detail)
	select made.id, 'reopened', 'new', 'reopened', $1::bigint, seen.detail from made, seen
	union all
	select b.id, 'seen_again', b.state, b.state, made.id, seen.detail from bug b, made, seen where b.id = $1::bigint
)
select id, event_add('bug', $1::bigint, null)::text as told from made limit 1
