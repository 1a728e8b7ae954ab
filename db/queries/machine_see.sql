-- A machine asks for work: who it is, noting that it was seen (at most each 10 s). $1 name. No row: unknown.
with found as (
	select id, state, seen_at, (select coalesce(array_agg(substr(tag, 6)), '{}') from unnest(tags) tag where tag like 'arch:%') as archs
	from machine where name = $1::text
), seen as (
	update machine set seen_at = now() from found where machine.id = found.id and found.seen_at < now() - interval '10 seconds'
)
select id, state, archs::text as archs, ' ' || array_to_string(archs, ' ') || ' ' as archs_spaced from found
