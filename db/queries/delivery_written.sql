-- In the same transaction: a delivery is written. $1 delivery; $2 subject; $3 content (null: nothing is left to tell); $4 Message-ID or null;
-- $5 the one it answers, or null. For a public list it is a draft until a person approves it.
update delivery d set subject = $2::text, content = $3::text, message_id = $4::text, in_reply_to = $5::text,
	state = case when $3::text is null then 'empty' when s.is_public then 'draft' else 'waiting' end
from subscription s where d.id = $1::bigint and s.id = d.subscription_id
