-- Writes down what somebody asked for, and that it happened.
-- $1 token's id or null, $2 tree's id, $3 title, $4 priority, $5 request (JSON), $6 idempotency key or null, $7 request's hash. Always one row.
with made as (
	insert into run (token_id, tree_id, title, priority, request, idempotency_key, request_hash)
	values ($1::bigint, $2::bigint, $3::text, $4::integer, $5::jsonb, $6::text, $7::text)
	returning id
)
select id, event_add('run', id, null)::text as told from made limit 1;
