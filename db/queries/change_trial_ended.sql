-- Trials whose pairs have ended and that nobody has looked at since: their series are looked at again. Attempts without a value bring no point
-- that would say so.
insert into change_item (series_id)
select distinct c.series_id from change c
where c.state = 'new' and c.gone_at is null and c.trial_id is not null and exists (
	select from change_trial_run r join job j on j.run_id = r.run_id where r.trial_id = c.trial_id having max(j.ended_at) > c.changed_at and bool_and(j.ended_at is not null))
on conflict do nothing
