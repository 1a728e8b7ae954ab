-- Orders whose runner fell silent are queued again, or have failed when that was the third try; one that sent no heartbeat at all (see symbol_claim)
-- costs no try, since a client that has gone may have been given it. One row: how many.
with expired as (
	update symbol_order
	set state = case when lease_until <> retry_at and tries >= 2 then 'failed' else 'queued' end, tries = case when lease_until <> retry_at then tries + 1 else tries end,
		retry_at = now(), error = 'the runner fell silent', claim_id = null, lease_until = null
	where state = 'leased' and lease_until < now()
	returning kernel_id
)
select count(*) as orders from expired limit 1
