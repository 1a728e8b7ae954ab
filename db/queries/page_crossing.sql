-- Suspect x fix: its four kernels, with all that was tried of each under its profile. C judges them. $1 id. No row: there is none.
with x as materialized (
	select x.*, t.name as tree, p.name as profile, g.title as bug from crossing x join tree t on t.id = x.tree_id join profile p on p.id = x.profile_id join bug g on g.id = x.bug_id
	where x.id = case when $1::text ~ '^[0-9]{1,18}$' then $1::text::bigint end
), cell as materialized (
	select s.has_suspect, f.has_fix, c.revision_id from (values (true), (false)) s (has_suspect) cross join (values (false), (true)) f (has_fix)
		left join crossing_cell c on c.crossing_id = (select id from x) and c.has_suspect = s.has_suspect and c.has_fix = f.has_fix
), tried as materialized (
	select c.has_suspect, c.has_fix, a.*
	from x cross join cell c cross join lateral (
		select j.ended_at is null as is_waiting, t.result, t.exposure, t.workload_seconds, o.times > 0 as has_it, o.until
		from job j left join lateral (select * from attempt where job_id = j.id offset 0) t on true
			left join lateral (select count(*) as times, min(o.exposure) as until from occurrence o where o.attempt_id = t.id and o.claimed_at = t.claimed_at and o.bug_id = x.bug_id) o on true
		where j.revision_id = c.revision_id and j.profile_id = x.profile_id and (j.ended_at is null or t.id is not null) order by j.id desc limit 2000) a
), counted as (
	select c.has_suspect, c.has_fix, c.revision_id, count(*) filter (where t.has_it) as k, count(*) filter (where t.result = 'clean' and not t.has_it) as clean, count(*) filter (where t.result in ('no_apply', 'no_build', 'no_boot')) as broken,
		count(*) filter (where t.result in ('crash', 'hang') and not t.has_it) as other, count(*) filter (where t.is_waiting) as waiting,
		coalesce(sum(coalesce(case when t.has_it then t.until end, t.exposure)), 0)::bigint as exposure, coalesce(sum(t.workload_seconds), 0)::double precision as seconds
	from cell c left join tried t on t.has_suspect = c.has_suspect and t.has_fix = c.has_fix group by c.has_suspect, c.has_fix, c.revision_id
)
select json_build_object('title', 'Suspect × fix ' || x.id, 'in_bugs', true, 'id', x.id, 'bug', x.bug, 'bug_id', x.bug_id, 'bug_href', '/bugs/' || x.bug_id, 'tree', x.tree, 'profile', x.profile, 'attempts', x.attempts,
	'begun', page_time(x.created_at), 'asked_by', (select name from token where id = x.token_id), 'run', x.run_id, 'run_href', '/runs/' || x.run_id, 'error_words', x.error, 'is_open', x.run_id is null and x.error is null,
	'base', (select json_build_object('short', left(c.sha, 12), 'href', '/trees/' || x.tree || '/commits/' || c.sha, 'subject', c.subject) from commit c where c.id = x.base_id),
	'suspect', (select json_build_object('short', left(c.sha, 12), 'href', '/trees/' || x.tree || '/commits/' || c.sha, 'subject', c.subject, 'commit', c.sha) from commit c where c.id = x.suspect_id),
	'fix', (select json_build_object('short', left(c.sha, 12), 'href', '/trees/' || x.tree || '/commits/' || c.sha, 'subject', c.subject, 'commit', c.sha) from commit c where c.id = x.fix_id),
	'cells', (select json_agg(json_build_object('has_suspect', has_suspect, 'has_fix', has_fix, 'what', case when has_suspect then 'with the suspect' else 'without the suspect' end || case when has_fix then ', with the fix' else ', without the fix' end,
			'k', k, 'clean', clean, 'broken', nullif(broken, 0), 'other', nullif(other, 0), 'waiting', nullif(waiting, 0), 'exposure', exposure, 'seconds', seconds, 'tried', page_count(exposure),
			'kernel', (select case when r.is_plain then 'the base' else 'the base' || coalesce(' with ' || (select string_agg(left(v.sha, 12) || ' reverted', ', ' order by v.position) from revision_revert v where v.revision_id = r.id), '')
				|| coalesce(' with ' || (select string_agg('“' || left(h.subject, 80) || '” applied', ', ' order by h.position) from revision_patch h where h.revision_id = r.id), '') end from revision r where r.id = revision_id)) order by has_fix, has_suspect desc) from counted),
	'crossings', (select json_agg(json_build_object('href', '/crossings/' || o.id, 'id', o.id) order by o.id desc) from (select id from crossing where bug_id = x.bug_id and id <> x.id order by id desc limit 10) o)) as page
from x
