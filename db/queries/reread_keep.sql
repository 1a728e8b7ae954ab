-- A console or build log has been read again: what changed, and how far the pass has come. $1 pass, $2 attempt, $3 starts, $4 kinds, $5 old titles,
-- $6 new titles, $7 old bugs, $8 new bugs, $9 titles of bugs that are made, $10 how many reports differ in details only,
-- $11 is it a build log.
with put as (
	insert into reread_change (reread_id, attempt_id, start_byte, kind, old_title, new_title, old_bug_id, new_bug_id, new_bug)
	select $1::bigint, $2::bigint, r.*
	from unnest($3::bigint[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::bigint[], $9::text[])
		r (start_byte, kind, old_title, new_title, old_bug_id, new_bug_id, new_bug)
	on conflict (reread_id, attempt_id, start_byte) do nothing
)
update reread
set last_attempt_id = greatest(last_attempt_id, $2), consoles = consoles + (not $11::boolean)::integer, logs = logs + $11::integer,
	rewritten = rewritten + $10::bigint
where id = $1
