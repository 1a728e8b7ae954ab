-- An order's answers are with the reports; what somebody wanted meanwhile queues it again. $1 kernel.
update symbol_order
set state = case when exists (select from symbol where kernel_id = $1::bigint and state = 'wanted') then 'queued' else 'done' end
where kernel_id = $1::bigint and state = 'answered'
