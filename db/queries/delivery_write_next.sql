-- The next delivery that is due and not written yet, nobody else's until the transaction's end; what it is to say. What was acknowledged or
-- muted since is left out of digests. $1 what addresses begin with. No row: none.
with next as (
	select d.* from delivery d where d.state = 'waiting' and d.content is null and d.due_at <= now() order by d.due_at, d.id limit 1
	for update skip locked
), root as (
	select first.message_id, first.subject from next n join delivery first on first.subscription_id = n.subscription_id and first.thread = n.thread
		and first.message_id is not null and first.state <> 'rejected'
	order by first.id limit 1
)
select n.id, s.channel, n.is_digest, s.is_public, s.has_regzbot, root.message_id as root_id, root.subject as root_subject, case when n.run_id is not null then jsonb_build_array(run_payload(n.run_id, $1::text)) else coalesce((
		select jsonb_agg(alert_payload(a.id, $1::text) order by a.id) from delivery_alert x join alert a on a.id = x.alert_id
		where x.delivery_id = n.id and not (n.is_digest and (a.acknowledged_at is not null or alert_is_muted(a.thread)))), '[]') end::text as alerts
from next n join subscription s on s.id = n.subscription_id left join root on true limit 1
