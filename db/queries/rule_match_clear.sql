-- Forgets what rules matched in an attempt, before they are tried anew; what others matched stays. $1 attempt, $2 rules.
delete from rule_match where attempt_id = $1::bigint and rule_id = any ($2::bigint[])
