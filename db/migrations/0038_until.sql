-- Attempts may end by the work that was done instead of by time: all of a run's, or of a tree's policy.

alter table run add column migrations bigint check (migrations between 1 and 1000000000000000),
	add column duration_s integer check (duration_s between 1 and 86400),
	add constraint run_duration_is_of_migrations check (duration_s is null or migrations is not null);
comment on column run.migrations is 'Its attempts'' workloads end when so many migrations were tried, or at the end of work_seconds; null: they run as long as the profile says.';
comment on column run.duration_s is 'How long they may take for that, seconds; null: half of what the profile gives an attempt.';

alter table tree_policy add column migrations bigint check (migrations between 1 and 1000000000000000);
comment on column tree_policy.migrations is 'Of the runs; null: attempts run as long as their profiles say.';

alter table attempt add column ended_by text check (ended_by in ('migrations', 'time'));
comment on column attempt.ended_by is 'What ended its workload, when it had both limits; null: it had one, or was ended otherwise.';

create function work_seconds(run run, profile profile) returns integer
language sql immutable parallel safe as $$
	select case when run.migrations is null then profile.duration_s
		else coalesce(run.duration_s, least(86400, greatest(profile.duration_s, profile.attempt_limit_s / 2))) end
$$;
comment on function work_seconds(run, profile) is 'How long the workload of a run''s attempts under a profile runs at most, seconds.';

-- In PL/pgSQL, whose plans a connection keeps.
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

-- A runner that does not know of the limit would run until the time is over, so it must say that it does.
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
