-- Writes down what somebody asked for, and that it happened; queues one job for each revision x profile x repeat, commits outermost (a
-- trigger says that there is work). All in one statement, since a runner waits for it. A kernel that runs already is for the machines that
-- run it: release and profiles of config `running` come together. Code that somebody posted is built only where builds are confined, or where
-- the operator said that they need not be, whoever orders the revision: tag sandbox.
-- $1 token's id or null, $2 tree's id, $3 title, $4 priority, $5 request (JSON), $6 idempotency key or null, $7 request's hash,
-- $8 revisions' ids, $9 profiles' ids (JSON arrays), $10 repeats, $11 tags (JSON array), $12 machine's name or null, $13 migrations after which attempts end or null, $14 seconds that
-- they have for it or null, $15 the subscription that is told of its end or null,
-- $16 seconds that its jobs may wait or null (as their profiles say). Always one row: the run, and how many jobs.
with made as (
	insert into run (token_id, tree_id, title, priority, request, idempotency_key, request_hash, tags, machine, migrations, duration_s, notify_id, queue_limit_s)
	values ($1::bigint, $2::bigint, $3::text, $4::integer, $5::jsonb, $6::text, $7::text, array(select jsonb_array_elements_text($11::jsonb) union all select 'sandbox' where exists (
			select from revision_patch p where p.revision_id in (select r.id::bigint from jsonb_array_elements_text($8::jsonb) r (id)))), $12::text, $13::bigint, $14::integer, $15::bigint, $16::integer)
	returning id, priority
),
asked as materialized (
	select v.id as revision_id, p.id as profile_id, p.arch || case when p.config = 'running' then '/' || v.release else '' end as arch, p.attempts_max, coalesce($16::integer, p.queue_limit_s) as queue_limit_s,
		r.position as place, a.position
	from jsonb_array_elements_text($8::jsonb) with ordinality r (id, position)
	join revision v on v.id = r.id::bigint
	cross join jsonb_array_elements_text($9::jsonb) with ordinality a (id, position)
	join profile p on p.id = a.id::bigint
),
placed as materialized (
	select kind.*, lane_find(made.id, kind.profile_id, kind.arch, made.priority) as lane_id
	from made cross join (select distinct profile_id, arch from asked) kind
),
queued as (
	insert into job (run_id, revision_id, profile_id, repeat, arch, priority, attempts_max, queue_limit_s, lane_id)
	select made.id, a.revision_id, a.profile_id, n.repeat, a.arch, made.priority, a.attempts_max, a.queue_limit_s, p.lane_id
	from made
	cross join asked a
	join placed p using (profile_id, arch)
	cross join generate_series(0, $10::integer - 1) n (repeat)
	order by a.place, a.position, n.repeat
	returning id
),
told as (
	insert into event (kind, subject_id) select 'run', id from made
)
select id, (select count(*) from queued) as jobs
from made limit 1;
