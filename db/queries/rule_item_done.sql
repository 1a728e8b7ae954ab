-- Rules have been tried on an attempt. $1 attempt.
delete from rule_item where attempt_id = $1::bigint
