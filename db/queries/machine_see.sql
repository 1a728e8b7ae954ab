-- A machine asks for work: who it is, noting that it was seen (at most each 10 s), for which nobody waits for the disk.
-- Not for use within a transaction. $1 name. token_id 0: nobody's; tags: what a job's needs are matched with; is_taking: its operator,
-- its health and its slots let it have a job. No row: unknown.
with hasty as materialized (
	select set_config('synchronous_commit', 'off', true)
), found as (
	select id, seen_at, state = 'active' and health in ('good', 'unknown')
			and (slots is null or slots > (select count(*) from attempt a where a.machine_id = machine.id and a.state = 'running')) as is_taking,
		coalesce(token_id, 0) as token_id, tags || ('machine:' || name) as tags, (select coalesce(array_agg(substr(tag, 6)), '{}') from unnest(tags) tag where tag like 'arch:%') as archs
	from machine where name = $1::text
), seen as (
	update machine set seen_at = now() from found, hasty where machine.id = found.id and found.seen_at < now() - interval '10 seconds'
)
select id, is_taking, token_id, archs::text as archs, tags::text as tags, ' ' || array_to_string(tags, ' ') || ' ' as tags_spaced from found
