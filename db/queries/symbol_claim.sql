-- One order for symbols for a machine, the longest waiting first. $1 machine's id; $2 archs it builds for; $3 the runner's own id of the claim:
-- repeating it answers the same order; $4 length of the lease, seconds. No row: nothing for it. Who holds the vmlinux, or built the kernel, is asked first;
-- when that machine has not been seen for 10 minutes, or does not take work, any other may.
-- retry_at becomes the end of this first lease: as long as it equals lease_until no heartbeat has come, and perhaps nobody heard the answer.
with known as (
	select kernel_id from symbol_order where claim_id = $3::uuid
), free as (
	select o.kernel_id
	from symbol_order o
		join kernel k on k.id = o.kernel_id
		left join machine m on m.id = o.machine_id
	where o.state = 'queued' and o.retry_at <= now() and k.arch = any ($2::text[]) and not exists (select from known)
		and (m.id is null or m.id = $1::bigint or m.state <> 'active' or m.seen_at < now() - interval '10 minutes')
	order by o.queued_at, o.kernel_id
	limit 1
	for update of o skip locked
), claimed as (
	update symbol_order o
	set state = 'leased', claim_id = $3::uuid, lease_until = now() + $4::integer * interval '1 second',
		retry_at = now() + $4::integer * interval '1 second', machine_id = $1::bigint
	from free where o.kernel_id = free.kernel_id
	returning o.kernel_id
)
select k.id, k.build_id, job_order(k.job_id) as job
from kernel k join (select kernel_id from known union all select kernel_id from claimed) o on o.kernel_id = k.id
limit 1
