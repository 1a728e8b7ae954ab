-- A machine asks for work: who it is, noting that it was seen (at most each 10 s), for which nobody waits for the disk.
-- Not for use within a transaction. $1 name. token_id 0: nobody's; tags: what a job's needs are matched with. No row: unknown.
with hasty as materialized (
	select set_config('synchronous_commit', 'off', true)
), found as (
	select id, state, seen_at, coalesce(token_id, 0) as token_id, tags || ('machine:' || name) as tags, (select coalesce(array_agg(substr(tag, 6)), '{}') from unnest(tags) tag where tag like 'arch:%') as archs
	from machine where name = $1::text
), seen as (
	update machine set seen_at = now() from found, hasty where machine.id = found.id and found.seen_at < now() - interval '10 seconds'
)
select id, state, token_id, archs::text as archs, tags::text as tags, ' ' || array_to_string(tags, ' ') || ' ' as tags_spaced from found
