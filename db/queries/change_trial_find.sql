-- The trial of a change's two edges, made when there is none; how far it is. $1 change. Always one row: id, the names of what is to be tried,
-- how many pairs were ordered and not called off, how many of their jobs are still under way; how many jobs of all trials wait, how many
-- other trials of the profile had pairs in a day; the machine that last ran the newer one, if it is there.
with edges as (
	select s.tree_id, s.profile_id, c.good_id, c.bad_id, c.id as change_id from change c join series s on s.id = c.series_id where c.id = $1::bigint
), made as (
	insert into change_trial (tree_id, profile_id, good_id, bad_id) select tree_id, profile_id, good_id, bad_id from edges
	on conflict (tree_id, profile_id, good_id, bad_id) do update set good_id = excluded.good_id
	returning *
), noted as (
	update change c set trial_id = made.id from made where c.id = $1::bigint
)
select m.id, m.tree_id, m.profile_id, p.name as profile, left(g.sha, 12) as good, left(b.sha, 12) as bad,
	(select v.id from revision v where v.tree_id = m.tree_id and v.commit_id = m.good_id and v.is_plain order by v.id limit 1) as good_revision,
	(select v.id from revision v where v.tree_id = m.tree_id and v.commit_id = m.bad_id and v.is_plain order by v.id limit 1) as bad_revision,
	(select count(*) from change_trial_run r where r.trial_id = m.id and not exists (select from job j where j.run_id = r.run_id and j.state = 'cancelled')) as pairs,
	(select count(*) from change_trial_run r join job j on j.run_id = r.run_id where r.trial_id = m.id
		and (j.state in ('queued', 'leased', 'running') or exists (select from attempt a join work_item w on w.attempt_id = a.id and w.retry_at < 'infinity' where a.job_id = j.id))) as waiting,
	(select count(*) from change_trial_run r join job j on j.run_id = r.run_id where j.state = 'queued') as queued,
	(select count(*) from change_trial o where o.tree_id = m.tree_id and o.profile_id = m.profile_id and o.created_at > now() - interval '1 day' and o.id <> m.id
		and exists (select from change_trial_run r join job j on j.run_id = r.run_id and j.state <> 'cancelled' where r.trial_id = o.id)) as today,
	(select a.machine from (select x.name as machine from point v join attempt e on e.id = v.attempt_id join machine x on x.id = e.machine_id and x.state = 'active' and x.seen_at > now() - interval '1 hour'
		where v.series_id = (select series_id from change where id = $1::bigint) and v.commit_id = m.bad_id order by v.attempt_id desc limit 1) a) as machine
from made m join profile p on p.id = m.profile_id join commit g on g.id = m.good_id join commit b on b.id = m.bad_id limit 1
