-- One run: how far it is, what came of it by profile, what went wrong, and its newest attempts.
-- $1 id.
-- No row: no such run.
with ru as (
	select * from run where id = case when $1::text ~ '^[0-9]{1,18}$' then $1::text::bigint end
), tried as materialized (
	select j.id as job_id, j.state as job_state, j.profile_id, j.revision_id, a.id, a.state, a.result, page_rank(coalesce(a.state, j.state), a.result) as rank
	from ru join job j on j.run_id = ru.id left join attempt a on a.job_id = j.id and a.number = j.attempts -- the newest
), alike as materialized (
	select profile_id, job_state, state, result, max(rank) as rank, count(*) as jobs from tried group by profile_id, job_state, state, result
), changed as materialized (
	select v.* from (select distinct revision_id from tried) x join revision v on v.id = x.revision_id and not v.is_plain
), compared as materialized (
	select case when exists (select from changed) then run_compare(ru.id) end as profiles from ru
), shown as (
	select 'running' as list, t.* from tried t where job_state in ('running', 'leased')
	union all (select 'wrong', t.* from tried t where rank between 5 and 9 or job_state in ('failed', 'lost', 'expired') order by rank desc, id limit 50)
	union all (select 'newest', t.* from tried t where id is not null and job_state not in ('running', 'leased') order by id desc limit 30)
), line as (
	select s.list, s.rank, s.id, json_build_object('id', s.id, 'job', case when s.list = 'running' then s.job_id end, 'href', '/attempts/' || s.id, 'status', page_status(coalesce(s.state, s.job_state), s.result), 'tree', t.name, 'short', case when t.kind = 'git' then left(c.sha, 12) else c.subject end, 'subject', case when t.kind = 'git' then c.subject end, 'commit_href', '/trees/' || t.name || '/commits/' || c.sha,
		'is_patched', not r.is_plain, 'profile', p.name, 'machine', m.name, 'step', a.step, 'took', page_duration(extract(epoch from coalesce(a.ended_at, now()) - a.started_at)), 'ended', page_time(a.ended_at), 'detail', case when s.result not in ('clean', 'crash') then left(split_part(a.detail, E'\n', 1), 200) end) as row
	from shown s left join attempt a on a.id = s.id join revision r on r.id = s.revision_id join tree t on t.id = r.tree_id join commit c on c.id = r.commit_id join profile p on p.id = s.profile_id left join machine m on m.id = a.machine_id
)
select json_build_object(
	'title', ru.title, 'in_runs', true, 'id', ru.id, 'tree', (select name from tree where id = ru.tree_id), 'by', (select name from token where id = ru.token_id), 'priority', ru.priority, 'told', page_time(ru.told_at), 'expired', (select sum(jobs) from alike where job_state = 'expired'), 'until', page_count(ru.migrations), 'at_most', page_duration(ru.duration_s), 'created', page_time(ru.created_at), 'cancelled', page_time(ru.cancelled_at), 'is_open', n.ended < n.total and ru.cancelled_at is null,
	'changes', (select json_agg(json_build_object('words', run_change_words(x.what, x.priority, x.job_id), 'by', coalesce(t.name, 'Faultline'), 'at', page_time(x.at)) order by x.id)
		from (select * from run_change where run_id = ru.id order by id desc limit 50) x left join token t on t.id = x.token_id),
	'waiting', (select json_agg(json_build_object('job', j.id, 'profile', p.name, 'repeat', j.repeat + 1, 'priority', j.priority, 'hurry', case when j.priority < 90 then 90 else 100 end, 'tree', t.name, 'short', case when t.kind = 'git' then left(c.sha, 12) else c.subject end, 'commit_href', '/trees/' || t.name || '/commits/' || c.sha,
			'is_patched', not r.is_plain, 'since', page_time(j.queued_at)) order by j.priority desc, j.id)
		from (select * from job where run_id = ru.id and state = 'queued' order by priority desc, id limit 50) j join profile p on p.id = j.profile_id join revision r on r.id = j.revision_id join tree t on t.id = r.tree_id join commit c on c.id = r.commit_id),
	'done', n.ended, 'total', n.total, 'progress', page_count(n.ended) || ' of ' || page_count(n.total) || ' jobs',
	'status', page_status(run_state(ru.cancelled_at, n.total, n.ended, n.active, n.failed), null),
	'results', (select json_agg(json_build_object('status', status, 'jobs', page_count(jobs)) order by rank desc, jobs desc) from (select page_status(state, result)::text::jsonb as status, max(rank) as rank, sum(jobs)::bigint as jobs
			from (select coalesce(state, job_state) as state, result, max(rank) as rank, sum(jobs) as jobs from alike group by 1, 2) s group by 1) g),
	'profiles', (select json_agg(json_build_object('profile', p.name, 'href', '/trees/' || (select name from tree where id = ru.tree_id) || '/series/' || p.name || '/fail_ratio', 'total', page_count(g.total), 'clean', nullif(g.clean, 0), 'bad', nullif(g.bad, 0), 'other', nullif(g.other, 0), 'open', nullif(g.open, 0)) order by p.arch = 'x86_64' desc, p.arch, p.name)
		from (select profile_id, sum(jobs)::bigint as total, coalesce(sum(jobs) filter (where result = 'clean'), 0) as clean, coalesce(sum(jobs) filter (where result in ('crash', 'hang')), 0) as bad, coalesce(sum(jobs) filter (where job_state in ('queued', 'leased', 'running')), 0) as open,
				coalesce(sum(jobs) filter (where job_state in ('done', 'failed', 'lost', 'cancelled', 'expired') and coalesce(result, '') not in ('clean', 'crash', 'hang')), 0) as other from alike group by profile_id) g join profile p on p.id = g.profile_id),
	'has_compare', (select profiles is not null from compared),
	'compare', (select json_agg(json_build_object('profile', c ->> 'profile', 'base', page_side(c -> 'base'), 'with', page_side(c -> 'with')) order by c ->> 'profile') from compared cross join lateral json_array_elements(profiles) c),
	'compares', (select json_agg(json_build_object('label', revision_label(v.id), 'href', '/compare?a=' || t.name || '/' || c.sha || '&b=revision:' || v.id) order by v.id)
		from changed v join tree t on t.id = v.tree_id join commit c on c.id = v.commit_id),
	'compare_href', '/compare?b=run:' || ru.id,
	'running', (select json_agg(row order by id) from line where list = 'running'), 'wrong', (select json_agg(row order by rank desc, id) from line where list = 'wrong'), 'newest', (select json_agg(row order by id desc) from line where list = 'newest'),
	'patches', (select json_agg(json_build_object('subject', subject, 'href', '/api/v1/blobs/' || sha256) order by subject) from (select distinct rp.subject, rp.sha256 from changed join revision_patch rp on rp.revision_id = changed.id) x),
	'reverts', (select json_agg(json_build_object('short', left(sha, 12)) order by sha) from (select distinct rv.sha from changed join revision_revert rv on rv.revision_id = changed.id) x)) as page
from ru cross join lateral run_jobs(ru.id) n;
