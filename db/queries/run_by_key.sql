-- The run that a token has already made with an idempotency key.
-- $1 token's id, $2 key. No row: none yet.
select id, request_hash
from run
where token_id = $1::bigint and idempotency_key = $2::text
limit 1;
