-- What is to be looked up for an attempt's reports: notes its kernel, what is not known of it yet, and the order; and has the stage put to the
-- reports what is known. Repeatable. $1 attempt. A row for each order made or renewed; none: no report, or a kernel whose source or build id is not known.
with place as (
	select a.id, a.claimed_at, a.build_id, a.machine_id, a.job_id, j.revision_id, p.arch, p.config
	from attempt a
		join job j on j.id = a.job_id
		join profile p on p.id = j.profile_id
		join revision r on r.id = j.revision_id and r.release is null
	where a.id = $1::bigint and a.build_id is not null
), frame as (
	select distinct left(f.frame ->> 'function', 512) as function, (f.frame ->> 'offset')::bigint as offset_bytes, (f.frame ->> 'size')::bigint as size_bytes,
		f.frame -> 'fault' is distinct from 'true' as is_call
	from place
		join occurrence o on o.attempt_id = place.id and o.claimed_at = place.claimed_at
		cross join lateral jsonb_array_elements(case when jsonb_typeof(o.report -> 'frames') = 'array' then o.report -> 'frames' else '[]' end) f (frame)
	where f.frame ->> 'function' <> '' and f.frame ? 'offset' and (f.frame ->> 'size')::bigint > (f.frame ->> 'offset')::bigint and not f.frame ? 'file'
	limit 1000
), made as (
	insert into kernel (revision_id, arch, config, build_id, job_id)
	select revision_id, arch, config, build_id, job_id from place where exists (select from frame)
	on conflict (build_id, revision_id, arch, config) do update set build_id = excluded.build_id
	returning id, arch
), wanted as (
	insert into symbol (kernel_id, function, offset_bytes, size_bytes, is_call)
	select made.id, frame.function, frame.offset_bytes, frame.size_bytes, frame.is_call from made cross join frame
	on conflict do nothing
	returning kernel_id
), ordered as (
	insert into symbol_order as o (kernel_id, machine_id, state)
	select made.id, place.machine_id, case when exists (select from wanted) then 'queued' else 'answered' end from made cross join place
	on conflict (kernel_id) do update
	set state = case when exists (select from wanted) then 'queued' else 'answered' end,
		queued_at = case when exists (select from wanted) then now() else o.queued_at end
	where o.state in ('answered', 'done') or (o.state = 'failed' and o.vmlinux_build_id is not null)
	returning kernel_id, state
), anew as (
	update occurrence o set is_symbolised = false
	from place, made
	where o.attempt_id = place.id and o.claimed_at = place.claimed_at and o.is_symbolised
)
select ordered.kernel_id, ordered.state, case when ordered.state = 'queued' then pg_notify('job_queued', made.id || ' 1 arch:' || made.arch) else pg_notify('work', 'symbols') end::text as called
from ordered join made on made.id = ordered.kernel_id
limit 1
