-- The conditions under which a bug was tried on the commits that had it (from the first to the last, the last 200 of these), each with how
-- often it came: C holds them against each other, factor by factor. Of attempts some 5,000: those of the newest commits.
-- `levels` are those of `factors`, in their order; `of`: the factors that one is computed from or only goes along with, so that neither
-- is a stratum of the other.
-- $1 id; $2 tree (null: where it was seen last).
-- No row: no such bug.
with b as (
	select * from bug where id = case when $1::text ~ '^[0-9]{1,18}$' then $1::text::bigint end
), seen as materialized (
	select y.revision_id, y.profile_id, y.last_at, r.tree_id, tc.ordinal
	from b join bug_tally y on y.bug_id = b.id cross join lateral (select tree_id, commit_id from revision where id = y.revision_id and is_plain offset 0) r
		join tree_commit tc on tc.tree_id = r.tree_id and tc.commit_id = r.commit_id and tc.ordinal is not null
), place as materialized (
	select t.id, t.name, greatest(min(s.ordinal), max(s.ordinal) - 199) as low, max(s.ordinal) as last
	from seen s join tree t on t.id = s.tree_id where t.name = coalesce($2::text, t.name)
	group by t.id order by max(s.last_at) desc, t.id limit 1
), line as materialized ( -- `newer`: attempts on the commits behind it
	select r.id as revision_id, tc.ordinal, ntile(4) over (order by tc.ordinal) as part, coalesce(sum(y.attempts) over (order by tc.ordinal desc rows between unbounded preceding and 1 preceding), 0) as newer
	from place g join tree_commit tc on tc.tree_id = g.id and tc.ordinal between g.low and g.last
		cross join lateral (select id from revision where tree_id = g.id and commit_id = tc.commit_id and is_plain offset 0) r
		cross join lateral (select sum(attempts) as attempts from tally where revision_id = r.id having count(*) > 0 offset 0) y
), tried as materialized (
	select l.revision_id, l.ordinal, l.part, a.profile_id, a.id, a.claimed_at, a.machine_id, coalesce(a.accel, '') as accel, a.exposure, a.workload_seconds,
		s.revision_id is not null as may_have
	from line l cross join lateral ( -- a limit, so that no plan reads all jobs
			select j.profile_id, t.* from job j join attempt t on t.job_id = j.id and t.state = 'done' and t.exposure is not null
			where j.revision_id = l.revision_id limit 5000) a
		left join seen s on s.revision_id = l.revision_id and s.profile_id = a.profile_id
	where l.newer < 5000
), met as materialized ( -- where it was never counted, no report is looked for
	select t.*, false as has_it, t.exposure as worked from tried t where not t.may_have
	union all
	select t.*, o.times > 0, coalesce(o.until, t.exposure)
	from tried t cross join lateral (
		select count(*) as times, min(o.exposure) as until from occurrence o
		where o.attempt_id = t.id and o.claimed_at = t.claimed_at and o.bug_id = (select id from b)) o
	where t.may_have
), cell as materialized (
	select part, profile_id, machine_id, accel, count(*) filter (where has_it) as k, sum(worked)::bigint as exposure, sum(workload_seconds) as seconds, count(*) as attempts,
		coalesce(max(ordinal) filter (where has_it), max(ordinal)) as ordinal
	from met group by part, profile_id, machine_id, accel
), factor (n, name, "of") as (
	values (0, 'architecture', '{}'::integer[]), (1, 'page size', '{}'), (2, 'file system', '{}'), (3, 'block size', '{}'), (4, 'blocks per page', '{1,3}'), (5, 'mkfs options', '{2}'),
		(6, 'mount options', '{2}'), (7, 'memory', '{}'), (8, 'cpus', '{}'), (9, 'memory per cpu', '{7,8}'), (10, 'NUMA nodes', '{}'), (11, 'config', '{}'), (12, 'command line', '{}'),
		(13, 'workload', '{}'), (14, 'workload arguments', '{13}'), (15, 'machine', '{0,16}'), (16, 'processor', '{}'), (17, 'quarter of the commits', '{}'), (18, 'more than one node', '{10}')
)
select json_build_object('title', b.title, 'in_bugs', true, 'in_factors', true, 'bug', b.id, 'tree', g.name, 'tree_id', g.id,
	'trees', (select json_agg(json_build_object('name', t.name, 'href', '/bugs/' || b.id || '/factors?tree=' || t.name, 'is_here', t.id = g.id) order by t.name) from tree t where t.id in (select tree_id from seen)),
	'factors', (select json_agg(json_build_object('name', name, 'of', "of") order by n) from factor),
	'rows', (select coalesce(json_agg(json_build_object('levels', json_build_array(p.arch, page_block(p.page_size), p.fs, page_block(p.block_size), (p.page_size::numeric / p.block_size)::double precision::text,
				coalesce(nullif(p.mkfs_options, ''), 'none'), coalesce(nullif(p.mount_options, ''), 'none'), coalesce(p.memory_mb || ' MiB', 'the machine''s'), coalesce(p.cpus::text, 'the machine''s'),
				coalesce(p.memory_mb / p.cpus || ' MiB', 'the machine''s'), coalesce(p.numa_nodes::text, 'the machine''s'), p.config, coalesce(nullif(p.cmdline, ''), 'none'), p.workload,
				coalesce(nullif(array_to_string(p.workload_args, ' '), ''), 'none'), m.name, case c.accel when 'tcg' then 'emulated' when 'kvm' then 'virtual' else 'its own' end, c.part::text,
				case when (select count(distinct q.numa_nodes) from cell x join profile q on q.id = x.profile_id) > 2 then coalesce(case when p.numa_nodes > 1 then 'yes' when p.numa_nodes = 1 then 'no' end, 'the machine''s') else 'as NUMA nodes' end),
			'k', c.k, 'exposure', c.exposure, 'seconds', c.seconds, 'attempts', c.attempts, 'profile', p.name, 'profile_id', p.id, 'duration_s', p.duration_s, 'machine', m.name,
			'revision_id', l.revision_id) order by p.name, m.name, c.accel, c.part), '[]')
		from cell c cross join lateral (select revision_id from line where line.ordinal = c.ordinal order by revision_id desc limit 1) l join profile p on p.id = c.profile_id join machine m on m.id = c.machine_id)) as page
from b left join place g on true;
