-- What an order and a claim cost. A function in SQL that looks into tables is planned anew at each call, which took longer than all that
-- is done beside it; the plans of one in PL/pgSQL are kept by each connection. A claim is one call, so that a runner waits for one answer.
-- PL/pgSQL looks names up when it is called: job_order and job_needs are as 0038 has them, so that either may come first.

create or replace function job_order(job_id bigint) returns json
language plpgsql volatile as $$
begin
	return (
		select json_build_object(
			'id', j.id, 'run_id', j.run_id, 'priority', j.priority, 'attempt_number', j.attempts + 1,
			'tree', json_build_object('name', t.name, 'kind', t.kind, 'url', t.url, 'branch', t.branch),
			'revision', json_build_object('id', r.id, 'hash', r.hash, 'commit', c.sha, 'subject', c.subject,
				'patches', (select coalesce(json_agg(json_build_object('sha256', rp.sha256, 'subject', rp.subject, 'size', b.size_bytes)
						order by rp.position), '[]')
					from revision_patch rp join blob b using (sha256) where rp.revision_id = r.id),
				'reverts', (select coalesce(json_agg(rr.sha order by rr.position), '[]') from revision_revert rr where rr.revision_id = r.id),
				'running', case when r.release is not null and r.image_sha256 is null then json_build_object('release', r.release) end,
				'prebuilt', case when r.image_sha256 is not null then json_build_object('release', r.release,
					'image', json_build_object('sha256', r.image_sha256, 'url', r.image_url),
					'modules', case when r.modules_sha256 is not null then json_build_object('sha256', r.modules_sha256, 'url', r.modules_url) end)
				end),
			'profile', json_build_object('name', p.name, 'arch', p.arch, 'page_size', p.page_size, 'config', p.config, 'fs', p.fs,
				'mkfs_options', p.mkfs_options, 'mount_options', p.mount_options, 'block_size', p.block_size, 'memory_mb', p.memory_mb,
				'cpus', p.cpus, 'numa_nodes', p.numa_nodes, 'cmdline', p.cmdline, 'workload', p.workload, 'workload_args', p.workload_args,
				'duration_s', work_seconds(ru, p), 'migrations', ru.migrations, 'build_limit_s', p.build_limit_s, 'boot_limit_s', p.boot_limit_s,
				'silence_limit_s', p.silence_limit_s, 'attempt_limit_s', p.attempt_limit_s))
		from job j
			join run ru on ru.id = j.run_id
			join revision r on r.id = j.revision_id
			join tree t on t.id = r.tree_id
			join commit c on c.id = r.commit_id
			join profile p on p.id = j.profile_id
		where j.id = $1
	);
end $$;
comment on function job_order(bigint) is 'All that a runner must know to do a job; null: no such job. Volatile, so that it sees a job that came after the statement which asks.';

create type job_claimed as (is_new boolean, job json);
comment on type job_claimed is 'What a claim gives: whether it was given just now, and the order.';

create function job_claim(machine_id bigint, tags text[], claim_id uuid) returns job_claimed
language plpgsql volatile as $$
declare
	taken record;
begin
	select * into taken from job_take($1, $2, $3);
	if found then
		return (taken.is_new, job_order(taken.id));
	end if;
	return null;
end $$;
comment on function job_claim(bigint, text[], uuid) is 'A job for a machine with these tags, with all that its runner must know; the same claim answers the same job. Null: nothing for it.';

create or replace function job_needs(run_id bigint, profile_id bigint, arch text) returns text[]
language plpgsql stable as $$
begin
	return (
		select array(select distinct need from unnest(array['arch:' || $3, 'workload:' || p.workload] || p.tags || r.tags
				|| case when r.machine is null then '{}'::text[] else array['machine:' || r.machine] end
				|| case when r.migrations is null then '{}'::text[] else array['until-migrations'] end) need order by 1)
		from profile p, run r where r.id = $1 and p.id = $2
	);
end $$;

create or replace function event_add(kind text, subject_id bigint, attempt_id bigint) returns bigint
language plpgsql as $$
declare
	made bigint;
begin
	insert into event (kind, subject_id, attempt_id) values ($1, $2, $3) returning id into made;
	return made;
end $$;

create or replace function run_compare(run_id bigint) returns json
language plpgsql stable as $$
begin
	return (
		with changed as (
			select distinct j.profile_id, r.tree_id, r.commit_id
			from job j join revision r on r.id = j.revision_id
			where j.run_id = $1 and not r.is_plain
		), tried as (
			select j.profile_id, 'with' as side, a.result, a.exposure
			from job j join revision r on r.id = j.revision_id and not r.is_plain join attempt a on a.job_id = j.id
			where j.run_id = $1
			union all
			select c.profile_id, 'base', a.result, a.exposure
			from changed c join revision r on r.tree_id = c.tree_id and r.commit_id = c.commit_id and r.is_plain
				join job j on j.revision_id = r.id and j.profile_id = c.profile_id join attempt a on a.job_id = j.id
		), side as (
			select profile_id, side, json_build_object('attempts', count(*), 'clean', count(*) filter (where result = 'clean'),
				'bad', count(*) filter (where result in ('crash', 'hang')), 'exposure', sum(exposure)) as counts
			from tried where result <> 'fault' group by profile_id, side
		)
		select json_agg(json_build_object('profile', p.name,
			'base', (select counts from side where side.profile_id = p.id and side.side = 'base'),
			'with', (select counts from side where side.profile_id = p.id and side.side = 'with')) order by p.name)
		from profile p where p.id in (select profile_id from changed)
	);
end $$;
