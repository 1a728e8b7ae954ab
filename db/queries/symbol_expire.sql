-- Orders whose runner fell silent are queued again, or have failed when that happened three times. One row: how many.
with expired as (
	update symbol_order
	set state = case when tries >= 3 then 'failed' else 'queued' end, error = 'the runner fell silent', claim_id = null, lease_until = null
	where state = 'leased' and lease_until < now()
	returning kernel_id
)
select count(*) as orders from expired limit 1
