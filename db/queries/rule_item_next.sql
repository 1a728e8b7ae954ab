-- The attempt that waits longest for rules to be tried on its reports, nobody else's until the transaction's end. No row: none waits.
select attempt_id, (select job_id from attempt where id = rule_item.attempt_id) as job_id from rule_item order by queued_at, attempt_id limit 1 for update skip locked
