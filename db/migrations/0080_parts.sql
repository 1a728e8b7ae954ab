-- What was tried of a bug before, within and behind a stretch of commits, added up. Pages took it cell by cell from bug_cells, 3,300 rows for one bug, and added them up themselves:
-- a function. Memoize and sort are off in both: the plans that a connection keeps know nothing of how long a stretch is and expect three commits, so that they would remember what
-- is never asked for again and sort what fits a small table (276 commits of 12 profiles: 3.4 -> 1.8 ms, bug_cells 2.4 -> 1.4).

create function bug_parts(bug_id bigint, tree_id bigint, low bigint, first bigint, last bigint, high bigint, profiles bigint[])
returns table (profile_id bigint, part text, attempts bigint, hits bigint, k bigint, exposure bigint, work_ms bigint, meaning text)
language plpgsql stable rows 20 set enable_memoize = off set enable_sort = off as $$
begin
	return query
	select c.profile_id, c.part, sum(c.attempts)::bigint, sum(c.hits)::bigint, sum(c.k)::bigint, case when sum(c.counted) > 0 then sum(c.exposure)::bigint end,
		sum(c.work_ms)::bigint, case when min(c.meaning) = max(c.meaning) then min(c.meaning) end
	from (select t.profile_id, case when tc.ordinal < $4 then 'before' when tc.ordinal > $5 then 'after' else 'within' end as part, t.attempts, coalesce(y.done, 0) as hits, coalesce(y.known, 0) as k,
			t.known - coalesce(y.whole_known - y.known, 0) as counted, coalesce(t.exposure, 0) - coalesce(y.whole_exposure - y.exposure, 0) as exposure, t.work_ms, t.meaning
		from tree_commit tc
			cross join lateral (select r.id from revision r where r.commit_id = tc.commit_id and r.tree_id = $2 and r.is_plain offset 0) v
			cross join lateral (select * from tally where tally.revision_id = v.id and ($7 is null or tally.profile_id = any ($7)) offset 0) t
			left join bug_tally y on y.bug_id = $1 and y.revision_id = t.revision_id and y.profile_id = t.profile_id
		where tc.tree_id = $2 and tc.ordinal between $3 and $6) c
	group by c.profile_id, c.part;
end $$;
comment on function bug_parts(bigint, bigint, bigint, bigint, bigint, bigint, bigint[]) is
	'By profile (null: all) what was tried from the place `low` to `high`: `before` first, `within` first to last, and `after`: sums of what bug_cells gives; exposure is null where that of no attempt is known.';

alter function bug_cells(bigint, bigint, bigint, bigint) set enable_memoize = off;

-- The edges of a bug of builds or boots: whoever had been there for long cost all attempts from its first commit to its last, and others those of 600 commits (2,680 attempts, 11 ms of
-- a page). A hundred commits to each side and the last 200 with it are read: 2.4 ms. Of warnings still 300 to each side: few builds compile a file.
create or replace function bug_edges(bug_id bigint, tree_id bigint, out first bigint, out last bigint, out good bigint, out gone bigint,
	out hits bigint, out within bigint, out behind bigint, out sure double precision)
language plpgsql stable as $$
declare
	what text := (select bug_what(b.type) from bug b where b.id = $1);
	reach bigint := case when what = 'warning' then 300 else 100 end;
	low bigint;
begin
	if what = 'crash' then
		return;
	end if;
	with seen as (
		select tc.ordinal, y.attempts from bug_tally y join revision r on r.id = y.revision_id and r.tree_id = $2 and r.is_plain
			join tree_commit tc on tc.tree_id = r.tree_id and tc.commit_id = r.commit_id and tc.ordinal is not null
		where y.bug_id = $1
	), range as (
		select min(s.ordinal) as first, max(s.ordinal) as last, greatest(min(s.ordinal), max(s.ordinal) - 199) as low from seen s
	)
	select g.first, g.last, g.low, sum(s.attempts) into first, last, low, hits from range g join seen s on s.ordinal >= g.low group by g.first, g.last, g.low;
	if first is null then
		return;
	end if;
	good := (select max(c.ordinal) from bug_clean($1, $2, first - reach, first - 1) c);
	select min(c.ordinal) filter (where c.ordinal > last), count(*) filter (where c.ordinal <= last), count(*) filter (where c.ordinal > last) into gone, within, behind
	from bug_clean($1, $2, low, last + reach) c;
	sure := case when behind = 0 then 0 when what = 'boot' then 1 - (1 - hits / (hits + within + 1.0)) ^ behind else 1 end;
end $$;
comment on function bug_edges(bigint, bigint) is 'Places on a tree''s line: the first and the last commit with a bug of builds or boots, the last good one before, the first good one behind; attempts with it, and without it between, on the last 200 commits of these, and behind. Nulls: not seen there, or a bug of another kind.';
alter function bug_clean(bigint, bigint, bigint, bigint) set enable_memoize = off;
