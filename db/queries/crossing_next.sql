-- Within a transaction: a crossing that can be ordered, or never will be, nobody else's until the end: its base, and of suspect and fix whether the base
-- holds them, else their patch. `error`: a patch that cannot be made. No parameters. No row: none.
select x.id, x.tree_id, x.profile_id, x.token_id, x.bug_id, x.base_id, x.attempts, s.sha as suspect, f.sha as fix, left(s.sha, 12) as suspect_short, left(f.sha, 12) as fix_short,
	s.subject as suspect_subject, f.subject as fix_subject, h.suspect as holds_suspect, h.fix as holds_fix, sp.sha256 as suspect_patch, fp.sha256 as fix_patch, s.id > f.id as is_suspect_newer,
	case when not h.suspect and sp.error is not null then left(s.sha, 12) || ': ' || sp.error when not h.fix and fp.error is not null then left(f.sha, 12) || ': ' || fp.error end as error
from crossing x join commit s on s.id = x.suspect_id join commit f on f.id = x.fix_id
	cross join lateral (select commit_holds(x.base_id, x.suspect_id) as suspect, commit_holds(x.base_id, x.fix_id) as fix offset 0) h
	left join commit_patch sp on sp.commit_id = x.suspect_id left join commit_patch fp on fp.commit_id = x.fix_id
where x.run_id is null and x.error is null and (h.suspect or sp.sha256 is not null or sp.error is not null) and (h.fix or fp.sha256 is not null or fp.error is not null)
order by x.id limit 1 for update of x skip locked
