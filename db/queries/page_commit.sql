-- One commit of a tree: what it is, and every attempt of it under every profile, patched revisions included.
-- $1 name of the tree; $2 hash of the commit, whole or its first 7 and more digits.
-- No row: the tree has no such commit, or more than one begins so.
with found as (
	select t.id as tree_id, t.name as tree, t.kind, t.web_url, tc.ordinal, c.*, count(*) over () as alike
	from tree t join tree_commit tc on tc.tree_id = t.id join commit c on c.id = tc.commit_id
	where t.name = $1::text and $2::text ~ '^[0-9a-f]{7,64}$' and c.sha >= $2::text and c.sha < $2::text || 'g'
), tried as materialized (
	select a.*, l.profile_id, l.revision_id, l.is_plain, l.run_id, l.tree_id
	from found f join revision r on r.commit_id = f.id and r.tree_id = f.tree_id join job j on j.revision_id = r.id join attempt a on a.job_id = j.id join attempt_place l on l.attempt_id = a.id
), hit as (
	select t.id as attempt_id, o.bug_id, b.title, count(*) as times from tried t join occurrence o on o.attempt_id = t.id and o.claimed_at = t.claimed_at and not o.is_warning join bug b on b.id = o.bug_id group by t.id, o.bug_id, b.title
), line as (
	select t.*, counter_meaning(t.kernel_release, coalesce(t.page_size, p.page_size)) as meaning, p.name as profile, p.arch, m.name as machine,
		(select v.value from series s join point v on v.series_id = s.id and v.attempt_id = t.id and v.claimed_at = t.claimed_at where s.tree_id = t.tree_id and s.profile_id = t.profile_id and s.metric = 'fail_ratio') as fail_ratio,
		(select v.value from series s join point v on v.series_id = s.id and v.attempt_id = t.id and v.claimed_at = t.claimed_at where s.tree_id = t.tree_id and s.profile_id = t.profile_id and s.metric = 'success_per_s') as success_per_s
	from tried t join profile p on p.id = t.profile_id join machine m on m.id = t.machine_id
)
select json_build_object(
	'title', left(f.sha, 12) || ' ' || f.subject, 'in_trees', true, 'tree', f.tree, 'is_git', f.kind = 'git', 'sha', f.sha, 'short', left(f.sha, 12), 'subject', f.subject,
	'author', f.author, 'authored', page_time(f.authored_at), 'committed', page_time(f.committed_at), 'ordinal', f.ordinal, 'web', f.web_url || f.sha, 'is_beside', f.ordinal is null,
	'matrix', '/trees/' || f.tree || case when f.ordinal is not null then '?before=' || f.ordinal + 25 else '' end,
	'older', (select json_build_object('href', '/trees/' || f.tree || '/commits/' || c.sha, 'short', left(c.sha, 12), 'subject', c.subject) from tree_commit n join commit c on c.id = n.commit_id where n.tree_id = f.tree_id and n.ordinal = f.ordinal - 1),
	'newer', (select json_build_object('href', '/trees/' || f.tree || '/commits/' || c.sha, 'short', left(c.sha, 12), 'subject', c.subject) from tree_commit n join commit c on c.id = n.commit_id where n.tree_id = f.tree_id and n.ordinal = f.ordinal + 1),
	'compare_href', (select '/compare?a=' || f.tree || '/' || c.sha || '&b=' || f.tree || '/' || f.sha from tree_commit n join commit c on c.id = n.commit_id where n.tree_id = f.tree_id and n.ordinal = f.ordinal - 1),
	'parents', (select json_agg(json_build_object('short', left(c.sha, 12), 'href', '/trees/' || f.tree || '/commits/' || c.sha, 'subject', c.subject) order by cp.position) from commit_parent cp join commit c on c.id = cp.parent_id where cp.commit_id = f.id),
	'refs', (select json_agg(json_build_object('name', name) order by name) from tree_ref where tree_id = f.tree_id and commit_id = f.id),
	'results', (select json_agg(json_build_object('status', status::json, 'attempts', n) order by rank desc, status) from (select page_status(state, result)::text as status, max(page_rank(state, result)) as rank, count(*) as n from tried group by 1) r),
	'bugs', (select json_agg(json_build_object('href', '/bugs/' || bug_id, 'title', title, 'attempts', page_counted(attempts, 'attempt', 'attempts')) order by h.attempts desc, bug_id) from (select bug_id, title, count(*) as attempts from hit group by bug_id, title) h),
	'warnings', (select json_agg(json_build_object('href', '/bugs/' || bug_id, 'title', title) order by title) from (
		select distinct o.bug_id, b.title from tried t join occurrence o on o.attempt_id = t.id and o.claimed_at = t.claimed_at and o.is_warning join bug b on b.id = o.bug_id order by b.title limit 50) w),
	'waiting', (select nullif(count(*), 0) from revision r join job j on j.revision_id = r.id where r.commit_id = f.id and r.tree_id = f.tree_id and j.state in ('queued', 'leased')),
	'not_alike', (select counter_warning(array_agg(distinct meaning)) from line where exposure is not null),
	'profiles', (select json_agg(json_build_object('profile', profile, 'href', '/trees/' || f.tree || '/series/' || profile || '/fail_ratio', 'attempts', attempts) order by arch = 'x86_64' desc, arch, profile)
		from (select profile, arch, json_agg(json_build_object('id', id, 'href', '/attempts/' || id, 'status', page_status(state, result), 'machine', machine, 'machine_href', '/machines/' || machine,
				'fail_ratio', page_number(fail_ratio), 'success_per_s', page_number(success_per_s), 'tried', page_count(exposure), 'tried_bytes', page_pages(exposure, page_size, 'pages'), 'took', page_duration(extract(epoch from coalesce(ended_at, now()) - started_at)),
				'ended', page_time(ended_at), 'bugs', (select json_agg(json_build_object('href', '/bugs/' || bug_id, 'title', title) order by bug_id) from hit where hit.attempt_id = line.id),
				'patched', case when not is_plain then coalesce((select string_agg('+ ' || subject, ', ' order by position) from revision_patch where revision_id = line.revision_id), '')
					|| coalesce((select ' − ' || string_agg(left(sha, 12), ' − ' order by position) from revision_revert where revision_id = line.revision_id), '') end,
				'detail', case when result not in ('clean', 'crash') then left(split_part(detail, E'\n', 1), 200) end) order by is_plain desc, id desc) as attempts
			from line group by profile, arch) g)) as page
from found f where f.alike = 1;
