-- One job for each revision x profile x repeat of a run, commits outermost, and the word that there is work.
-- $1 run's id, $2 revisions' ids, $3 profiles' ids (JSON arrays), $4 repeats. Always one row: how many.
with made as (
	insert into job (run_id, revision_id, profile_id, repeat, arch, priority, attempts_max)
	select run.id, r.id::bigint, p.id, n.repeat, p.arch, run.priority, p.attempts_max
	from run
	cross join jsonb_array_elements_text($2::jsonb) with ordinality r (id, position)
	cross join jsonb_array_elements_text($3::jsonb) with ordinality a (id, position)
	join profile p on p.id = a.id::bigint
	cross join generate_series(0, $4::integer - 1) n (repeat)
	where run.id = $1::bigint
	order by r.position, a.position, n.repeat
	returning arch
),
told as (
	select pg_notify('job_queued', arch || ' ' || count(*)) as word from made group by arch
)
select count(*) as n, (select count(word) from told) as archs from made limit 1;
