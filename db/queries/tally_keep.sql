-- Counts a cell's attempts anew, and those of each bug among them. Needs tally_lock, taken by a statement before this one, so that this one
-- sees all that was committed until then. $1 revision, $2 profile.
with bugs as materialized (
	select * from bug_tally_now where revision_id = $1::bigint and profile_id = $2::bigint
), gone as (
	delete from bug_tally where revision_id = $1::bigint and profile_id = $2::bigint and bug_id not in (select bug_id from bugs)
), tallied as (
	insert into tally (revision_id, profile_id, attempts, known, exposure, work_ms, meaning)
	select revision_id, profile_id, attempts, known, exposure, work_ms, meaning from tally_now where revision_id = $1::bigint and profile_id = $2::bigint
	on conflict (revision_id, profile_id) do update
	set attempts = excluded.attempts, known = excluded.known, exposure = excluded.exposure, work_ms = excluded.work_ms, meaning = excluded.meaning
), looked as (
	insert into gone_item (tree_id) select tree_id from revision where id = $1::bigint on conflict do nothing
)
insert into bug_tally (bug_id, revision_id, profile_id, attempts, occurrences, last_at, done, known, exposure, whole_known, whole_exposure)
select bug_id, revision_id, profile_id, attempts, occurrences, last_at, done, known, exposure, whole_known, whole_exposure from bugs
on conflict (bug_id, revision_id, profile_id) do update
set attempts = excluded.attempts, occurrences = excluded.occurrences, last_at = excluded.last_at, done = excluded.done, known = excluded.known,
	exposure = excluded.exposure, whole_known = excluded.whole_known, whole_exposure = excluded.whole_exposure
