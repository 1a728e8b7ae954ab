-- Confirmed changes become alerts: one for all that moved at one place of a tree, in however many profiles and metrics, and one for all that
-- drifted over one stretch; what moved at one place within it is another matter. It is waited for
-- those still tried there at their edges, and earlier in the same series: what may be the way back is not told as something new. One that takes an
-- earlier change back tells that this is fixed, in its thread.
-- One row: the new alerts, as text of an array.
with pending as materialized (
	select o.series_id, o.kind = 'slope' as is_slope, o.is_wide, s.tree_id, g.ordinal as good, b.ordinal as bad
	from change o join series s on s.id = o.series_id
		join tree_commit g on g.tree_id = s.tree_id and g.commit_id = o.good_id join tree_commit b on b.tree_id = s.tree_id and b.commit_id = o.bad_id
	where o.state = 'new' and o.gone_at is null and exists (
		select from change_trial_run r join job j on j.run_id = r.run_id where r.trial_id = o.trial_id having bool_or(j.ended_at is null) or max(j.ended_at) > o.changed_at)
), ready as materialized (
	select c.id, c.series_id, c.kind = 'slope' as is_slope, c.fixed_by, s.tree_id, s.profile_id, g.ordinal as good, b.ordinal as bad, f.alert_id as fixes,
		(select v.attempt_id from point v where v.series_id = c.series_id and v.commit_id = c.bad_id order by v.attempt_id limit 1) as attempt_id
	from change c join series s on s.id = c.series_id
		join tree_commit g on g.tree_id = s.tree_id and g.commit_id = c.good_id join tree_commit b on b.tree_id = s.tree_id and b.commit_id = c.bad_id
		left join lateral (select x.alert_id from change x where x.fixed_by = c.id limit 1) f on true
	where c.state in ('confirmed', 'fixed') and c.alert_id is null and c.gone_at is null
		and not exists (select from change x where x.fixed_by = c.id and x.alert_id is null and x.gone_at is null)
), first as materialized (
	select r.* from ready r
	where not exists (select from pending o where o.tree_id = r.tree_id and (o.is_slope = r.is_slope and not o.is_wide and o.good < r.bad and r.good < o.bad or o.series_id = r.series_id and o.bad < r.bad))
	order by r.bad - r.good, r.id limit 1
), members as materialized (
	select r.* from first f join ready r on r.tree_id = f.tree_id and r.is_slope = f.is_slope and r.good < f.bad and f.good < r.bad
), old as materialized (
	select min(c.alert_id) as alert_id from first f
		join change c on c.alert_id is not null and c.state <> 'false_alarm' and (c.kind = 'slope') = f.is_slope join series s on s.id = c.series_id and s.tree_id = f.tree_id
		join tree_commit g on g.tree_id = s.tree_id and g.commit_id = c.good_id join tree_commit b on b.tree_id = s.tree_id and b.commit_id = c.bad_id
	where g.ordinal < f.bad and f.good < b.ordinal
), made as (
	insert into alert (kind, thread, severity, title)
	select case when bool_or(m.fixes is not null) then 'change_fixed' else 'change_confirmed' end,
		coalesce((select a.thread from alert a where a.id = min(m.fixes)), 'change:' || min(m.id)), 'medium',
		(select w ->> 'metric_title' || case when bool_or(m.fixes is not null) then ' is back, ' when w ->> 'kind' = 'slope' then ' drifts, ' else ' moved, ' end || (w ->> 'tree')
			|| case when w ->> 'kind' = 'slope' or (w ->> 'is_wide')::boolean then ' from ' || left(w ->> 'last_good', 12) || ' to ' || left(w ->> 'first_bad', 12) else ' at ' || left(w ->> 'first_bad', 12) || ' ("' || (w ->> 'first_bad_subject') || '")' end
			from change_words((select id from first)) w)
	from members m where (select alert_id from old) is null having count(*) > 0
	returning id
), linked as (
	update change c set alert_id = coalesce((select alert_id from old), (select id from made)) from members m where c.id = m.id
	returning c.id
), placed as (
	insert into alert_place (alert_id, tree_id, profile_id, attempt_id)
	select distinct on (m.tree_id, m.profile_id) coalesce((select alert_id from old), (select id from made)), m.tree_id, m.profile_id, m.attempt_id from members m where m.attempt_id is not null order by m.tree_id, m.profile_id, m.attempt_id
	on conflict do nothing
), told as (
	insert into event (kind, subject_id) select 'alert', id from made
)
select (select coalesce(array_agg(id), '{}') from made)::text as alerts, (select count(*) from linked) as changes limit 1
