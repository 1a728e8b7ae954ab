-- An order whose answers are to be put to the reports, in this transaction. No row: nothing to do.
select kernel_id from symbol_order where state = 'answered' order by queued_at, kernel_id limit 1 for update skip locked
