-- What is known of the commits of a search for what moved, oldest first: the value of each attempt under its profile, whoever asked for it, on the scale on
-- which changes are looked for, with the machine that made it; and its own jobs that are under way. `what` is value, broken (did not
-- build, boot or apply) or pending. Columns as those of bisection_evidence: each attempt is worth as much as another. $1 bisection.
select c.position, e.attempt_id, e.what, 1::double precision as exposure, e.value, e.machine_id, false as is_own
from bisection x join change h on h.id = x.change_id join series s on s.id = h.series_id join bisection_commit c on c.bisection_id = x.id
	join revision r on r.tree_id = x.tree_id and r.commit_id = c.commit_id and r.is_plain
	join job j on j.revision_id = r.id and j.profile_id = x.profile_id
	cross join lateral (
		select a.id as attempt_id, case when v.value is not null then 'value' else 'broken' end as what, a.machine_id,
			case when v.value is not null then change_scale(s.metric, v.value, g.value, f.value) end::double precision as value
		from attempt a left join point v on v.series_id = s.id and v.attempt_id = a.id and v.claimed_at = a.claimed_at
			left join series gs on s.metric = 'fail_ratio' and gs.tree_id = s.tree_id and gs.profile_id = s.profile_id and gs.metric = 'pgmigrate_success'
			left join point g on g.series_id = gs.id and g.attempt_id = a.id and g.claimed_at = a.claimed_at
			left join series fs on s.metric = 'fail_ratio' and fs.tree_id = s.tree_id and fs.profile_id = s.profile_id and fs.metric = 'pgmigrate_fail'
			left join point f on f.series_id = fs.id and f.attempt_id = a.id and f.claimed_at = a.claimed_at
		where a.job_id = j.id and a.ended_at is not null and (v.value is not null or a.result in ('no_build', 'no_boot', 'no_apply', 'no_commit'))
			and not exists (select from work_item w where w.attempt_id = a.id and w.retry_at < 'infinity')
		union all
		select null, 'pending', null, null where exists (select from bisection_run o where o.bisection_id = x.id and o.run_id = j.run_id)
			and (j.ended_at is null or exists (select from attempt a join work_item w on w.attempt_id = a.id and w.retry_at < 'infinity' where a.job_id = j.id))
	) e
where x.id = $1::bigint order by e.attempt_id nulls last limit 100000
