-- Comparing two runs of ten thousand attempts each: their attempts are added up where they are read, by profile and by what their counters mean, and not handed on one by one.
-- A run's jobs mostly have their numbers in a row, and so have their attempts in the index of jobs: these are read from the first to the last, others job by job.

create function compare_groups(run_id bigint, revision_id bigint)
returns table (profile_id bigint, kernel_release text, page_size integer, accel text, attempts bigint, clean bigint, bad bigint, bad_known bigint, known bigint, exposure bigint, seconds double precision, newest bigint[], revisions bigint[])
language plpgsql stable rows 20 set enable_nestloop = off set enable_sort = off as $$
begin
	return query
	with asked as materialized (
		select job.id, job.profile_id, job.revision_id from job where job.run_id = $1
		union all select job.id, job.profile_id, job.revision_id from job where job.revision_id = $2
	), ends as materialized (
		select min(asked.id) as first, max(asked.id) as last, max(asked.id) - min(asked.id) < 2 * count(*) as is_dense from asked
	), tried as (
		select j.profile_id, j.revision_id, a.id, a.result, a.exposure, a.workload_seconds, a.kernel_release, a.page_size, a.accel
		from attempt a join asked j on j.id = a.job_id
		where a.job_id between (select first from ends where is_dense) and (select last from ends where is_dense) and a.state = 'done'
		union all
		select j.profile_id, j.revision_id, a.id, a.result, a.exposure, a.workload_seconds, a.kernel_release, a.page_size, a.accel
		from (select * from asked where not (select is_dense from ends)) j cross join lateral (select * from attempt where attempt.job_id = j.id and attempt.state = 'done' offset 0) a
	), grouped as (
		select t.profile_id, t.kernel_release, t.page_size, t.accel, count(*) as attempts, count(*) filter (where t.result = 'clean') as clean, count(*) filter (where t.result in ('crash', 'hang')) as bad,
			count(t.exposure) filter (where t.result in ('crash', 'hang')) as bad_known, count(t.exposure) as known, sum(t.exposure)::bigint as exposure, sum(t.workload_seconds) filter (where t.exposure is not null) as seconds,
			array_agg(t.id) as ids, array_agg(t.revision_id) as revisions
		from tried t group by t.profile_id, t.kernel_release, t.page_size, t.accel
	)
	select g.profile_id, g.kernel_release, g.page_size, g.accel, g.attempts, g.clean, g.bad, g.bad_known, g.known, g.exposure, g.seconds,
		array(select u.id from unnest(g.ids) u (id) order by u.id desc limit 50), array(select distinct u.id from unnest(g.revisions) u (id))
	from grouped g;
end $$;
comment on function compare_groups(bigint, bigint) is 'The attempts of a run, or of a revision in whatever run, that ended with a kernel''s result, added up by profile and by what their counters mean: all, clean, crashed or hung (`bad`), those of which is known how much they tried, that much and how long it took; the newest 50, and the revisions.';
drop function compare_tried(bigint, bigint);
