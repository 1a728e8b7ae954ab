-- What was tried of a bug on a stretch of a tree's line: pages judge by it, and each added it up by a plan of its own, which on 10,000 commits read all of tally. A function and
-- indexes. PL/pgSQL, whose plans a connection keeps; every step goes by an index, commit by commit.

create function bug_cells(bug_id bigint, tree_id bigint, low bigint, high bigint)
returns table (ordinal bigint, revision_id bigint, profile_id bigint, attempts integer, hits integer, k integer, counted integer, exposure bigint, work_ms bigint, meaning text)
language plpgsql stable rows 1000 as $$
begin
	return query
	select tc.ordinal, t.revision_id, t.profile_id, t.attempts, coalesce(y.done, 0), coalesce(y.known, 0), t.known - coalesce(y.whole_known - y.known, 0),
		coalesce(t.exposure, 0) - coalesce(y.whole_exposure - y.exposure, 0), t.work_ms, t.meaning
	from tree_commit tc
		cross join lateral (select r.id from revision r where r.commit_id = tc.commit_id and r.tree_id = $2 and r.is_plain offset 0) v
		cross join lateral (select * from tally where tally.revision_id = v.id offset 0) t
		left join bug_tally y on y.bug_id = $1 and y.revision_id = t.revision_id and y.profile_id = t.profile_id
	where tc.tree_id = $2 and tc.ordinal between $3 and $4;
end $$;
comment on function bug_cells(bigint, bigint, bigint, bigint) is
	'By commit and profile what was tried from the first place to the last: attempts, those with the bug, those of them (k) of which is known when it came; of how many the exposure is known, and that exposure, an attempt with the bug counting until its first report; the workloads'' time; what counters count.';

-- The bugs that were seen last are found without adding up all others.
create index bug_tally_last on bug_tally (bug_id, last_at desc);
