-- A machine asks for work: who it is, noting that it was seen (at most each 10 s), and a job for it. A claim that a crash of PostgreSQL forgets
-- goes back to the queue like one that was not confirmed, so nobody waits for the disk here. Not for use within a transaction.
-- $1 name; $2 the runner's own id of the claim: repeating it answers the same job; null: no job is wanted; $3 the token that asks, 0: an admin's.
-- token_id 0: nobody's; tags_spaced: what a job's needs are matched with; is_taking: its operator and its slots let it have a job
-- (one that was taken out has the tags of its own checks and nothing else); job, job_id: the order, null when there is none; is_new: the claim was not answered before. No row: unknown.
with hasty as materialized (
	select set_config('synchronous_commit', 'off', true)
), found as (
	select id, seen_at, coalesce(token_id, 0) as token_id,
		state = 'active' and (slots is null or slots > (select count(*) from attempt a where a.machine_id = machine.id and a.state = 'running')) as is_taking,
		case when health in ('good', 'unknown') then tags || array['machine:' || name, 'golden:' || name] else arch_tags || ('golden:' || name) end as tags,
		(select coalesce(array_agg(substr(tag, 6)), '{}') from unnest(arch_tags) tag where health in ('good', 'unknown')) as archs
	from machine cross join lateral (select coalesce(array_agg(tag), '{}') as arch_tags from unnest(tags) tag where tag like 'arch:%') arches
	where name = $1::text
), seen as (
	update machine set seen_at = now() from found, hasty where machine.id = found.id and found.seen_at < now() - interval '10 seconds'
)
select id, is_taking, token_id, archs::text as archs, ' ' || array_to_string(tags, ' ') || ' ' as tags_spaced,
	(claimed).is_new, (claimed).job, ((claimed).job ->> 'id')::bigint as job_id
from ( -- offset: the function is called once, not for each of its columns
	select found.*, case when is_taking and $2::uuid is not null and $3::bigint in (0, token_id) then job_claim(id, tags, $2) end as claimed
	from found, hasty offset 0
) asked
