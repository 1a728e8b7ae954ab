-- Keeps matches, and tells pages of their bugs. $1 rules, $2 their pattern_version, $3 attempts, $4 where the reports begin, $5 bugs.
with given as (
	select * from unnest($1::bigint[], $2::integer[], $3::bigint[], $4::bigint[], $5::bigint[]) m (rule_id, rule_version, attempt_id, start_byte, bug_id)
), put as (
	insert into rule_match (rule_id, rule_version, attempt_id, start_byte, bug_id)
	select rule_id, rule_version, attempt_id, start_byte, bug_id from given
	on conflict (rule_id, attempt_id, start_byte) do update
	set rule_version = excluded.rule_version, bug_id = excluded.bug_id, at = now()
)
insert into event (kind, subject_id) select distinct 'bug', bug_id from given
