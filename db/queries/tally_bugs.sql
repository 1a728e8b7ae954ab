-- Counts bugs anew in every cell. Needs tally_lock_all. $1 bugs.
with bugs as materialized (
	select * from bug_tally_now where bug_id = any ($1::bigint[])
), gone as (
	delete from bug_tally t
	where t.bug_id = any ($1::bigint[])
		and not exists (select from bugs b where b.bug_id = t.bug_id and b.revision_id = t.revision_id and b.profile_id = t.profile_id)
)
insert into bug_tally (bug_id, revision_id, profile_id, attempts, occurrences, last_at, done, known, exposure, whole_known, whole_exposure)
select bug_id, revision_id, profile_id, attempts, occurrences, last_at, done, known, exposure, whole_known, whole_exposure from bugs
on conflict (bug_id, revision_id, profile_id) do update
set attempts = excluded.attempts, occurrences = excluded.occurrences, last_at = excluded.last_at, done = excluded.done, known = excluded.known,
	exposure = excluded.exposure, whole_known = excluded.whole_known, whole_exposure = excluded.whole_exposure
