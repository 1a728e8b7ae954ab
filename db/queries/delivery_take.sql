-- The next written delivery that is due, to be sent now. It is due again after a gap that grows from 30 s to six hours, so a sender that
-- dies is followed by another: at least once. No row: none.
with next as (
	select d.id from delivery d join subscription s on s.id = d.subscription_id
	where d.state = 'waiting' and d.content is not null and d.due_at <= now() and s.state <> 'paused'
	order by d.due_at, d.id limit 1
	for update of d skip locked
)
update delivery d set tries = d.tries + 1, due_at = now() + least(30 * 4 ^ d.tries, 21600) * interval '1 second'
from next, subscription s where d.id = next.id and s.id = d.subscription_id
returning d.id, s.channel, s.target, s.secret, d.is_digest, s.is_public, d.subject, d.content, d.message_id, d.in_reply_to,
	floor(extract(epoch from d.created_at))::bigint as created_s
