-- What is known of a search's commits, oldest first: every attempt of them under its profile, whoever asked for it, and its own jobs that are
-- under way. `what` is event (the bug came), clean (it did not; another crash ends what is known), broken (did not build, boot or apply,
-- which says nothing of it) or pending. Of what builds break with, all is clean that was built. Exposure is null when it is unknown, and of
-- builds and boots, which no work brings; `is_own`: the search itself ordered it. $1 bisection.
select c.position, e.attempt_id, e.what, e.exposure, null::double precision as value, null::bigint as machine_id,
	exists (select from bisection_run o where o.bisection_id = x.id and o.run_id = j.run_id) as is_own
from bisection x join bug b on b.id = x.bug_id join bisection_commit c on c.bisection_id = x.id
	join revision r on r.tree_id = x.tree_id and r.commit_id = c.commit_id and r.is_plain
	join job j on j.revision_id = r.id and j.profile_id = x.profile_id
	cross join lateral (
		select a.id as attempt_id, case when h.n > 0 then 'event' when a.result in ('no_build', 'no_apply', 'no_commit') or (a.result = 'no_boot' and bug_what(b.type) <> 'build') then 'broken' else 'clean' end as what,
			case when bug_what(b.type) = 'crash' then coalesce(case when h.n > 0 then h.exposure end, a.exposure) end::double precision as exposure
		from attempt a cross join lateral (select count(*) as n, min(o.exposure) as exposure from occurrence o where o.bug_id = x.bug_id and o.attempt_id = a.id and o.claimed_at = a.claimed_at) h
		where a.job_id = j.id and a.ended_at is not null and (h.n > 0 or a.result in ('clean', 'crash', 'hang', 'no_build', 'no_boot', 'no_apply', 'no_commit'))
			and not exists (select from work_item w where w.attempt_id = a.id and w.retry_at < 'infinity')
		union all
		select null, 'pending', null where exists (select from bisection_run o where o.bisection_id = x.id and o.run_id = j.run_id)
			and (j.ended_at is null or exists (select from attempt a join work_item w on w.attempt_id = a.id and w.retry_at < 'infinity' where a.job_id = j.id))
	) e
where x.id = $1::bigint order by e.attempt_id nulls last limit 100000
