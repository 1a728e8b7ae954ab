-- Changes a rule. What it matches is sought anew when pattern, target, scope or state are other ones; pages of its bugs hear of it.
-- $1 id, $2 the version that is changed, $3 all its fields as JSON, $4 who, $5 a note.
-- Always one row: the new version (null: it is no longer at that one), and what is unknown ('tree', 'bug').
with given as (
	select g.*, t.id as tree_id, b.id as bug_id
	from jsonb_to_record($3::jsonb) g (name text, pattern text, target text, arch text, fs text, tree text, issue text, link text, bug bigint, state text)
	left join tree t on t.name = g.tree
	left join bug b on b.id = g.bug
), judged as (
	select g.*, (r.pattern, r.target, r.arch, r.fs, r.tree_id, r.state) is distinct from (g.pattern, g.target, g.arch, g.fs, g.tree_id, g.state) as is_other
	from given g join rule r on r.id = $1::bigint and r.version = $2::integer
	where (g.tree is null or g.tree_id is not null) and (g.bug is null or g.bug_id is not null)
), changed as (
	update rule r
	set name = j.name, pattern = j.pattern, target = j.target, arch = j.arch, fs = j.fs, tree_id = j.tree_id, issue = j.issue, link = j.link,
		bug_id = j.bug_id, state = j.state, version = version + 1,
		pattern_version = case when is_other then version + 1 else pattern_version end,
		swept_attempt_id = case when is_other then null else swept_attempt_id end, swept_byte = case when is_other then null else swept_byte end,
		swept_at = case when is_other then null else swept_at end, limit_hits = case when is_other then 0 else limit_hits end,
		error = case when is_other then null else error end, error_attempt_id = case when is_other then null else error_attempt_id end,
		error_at = case when is_other then null else error_at end
	from judged j
	where r.id = $1 and r.version = $2
	returning r.id, r.version
), noted as (
	insert into rule_history (rule_id, version, token_id, content, note)
	select id, version, $4::bigint, jsonb_strip_nulls($3), coalesce($5::text, '') from changed
), told as (
	insert into event (kind, subject_id) select distinct 'bug', bug_id from rule_match where rule_id in (select id from changed)
)
select (select version from changed) as version, case when tree is not null and tree_id is null then 'tree' when bug is not null and bug_id is null then 'bug' end as unknown,
	pg_notify('work', 'rules')::text as word
from given limit 1
