-- Writes down what somebody asked for, and that it happened; queues one job for each revision x profile x repeat, commits outermost, and
-- says that there is work. All in one statement, since a runner waits for it. A kernel that runs already is for the machines that run it:
-- release and profiles of config `running` come together.
-- $1 token's id or null, $2 tree's id, $3 title, $4 priority, $5 request (JSON), $6 idempotency key or null, $7 request's hash,
-- $8 revisions' ids, $9 profiles' ids (JSON arrays), $10 repeats. Always one row: the run, and how many jobs.
with made as (
	insert into run (token_id, tree_id, title, priority, request, idempotency_key, request_hash)
	values ($1::bigint, $2::bigint, $3::text, $4::integer, $5::jsonb, $6::text, $7::text)
	returning id, priority
),
queued as (
	insert into job (run_id, revision_id, profile_id, repeat, arch, priority, attempts_max)
	select made.id, v.id, p.id, n.repeat, p.arch || case when p.config = 'running' then '/' || v.release else '' end, made.priority, p.attempts_max
	from made
	cross join jsonb_array_elements_text($8::jsonb) with ordinality r (id, position)
	join revision v on v.id = r.id::bigint
	cross join jsonb_array_elements_text($9::jsonb) with ordinality a (id, position)
	join profile p on p.id = a.id::bigint
	cross join generate_series(0, $10::integer - 1) n (repeat)
	order by r.position, a.position, n.repeat
	returning arch
),
called as (
	select pg_notify('job_queued', arch || ' ' || count(*)) as word from queued group by arch
)
select id, event_add('run', id, null)::text as told, (select count(*) from queued) as jobs, (select count(word) from called) as archs
from made limit 1;
