-- Old reports have been tried with a rule as far as one. When that were all, what older versions matched goes. $1 rule, $2 its
-- pattern_version, $3 attempt, $4 where the report begins, $5 were these all. Always one row: false when the rule was changed meanwhile.
with moved as (
	update rule
	set swept_attempt_id = $3::bigint, swept_byte = $4::bigint, swept_at = case when $5::boolean then now() end
	where id = $1::bigint and pattern_version = $2::integer
	returning id
), dropped as (
	delete from rule_match where $5 and rule_id in (select id from moved) and rule_version < $2
)
select exists (select from moved) as is_kept limit 1
