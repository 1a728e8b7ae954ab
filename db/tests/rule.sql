-- Rules: added, changed, swept, given up; what they match marks bugs and reports, and follows these.
\ir attempts.fixture

insert into bug (title) values ('kernel BUG in f'), ('WARNING in g');
select min(id) as f, min(id) + 1 as g from bug \gset
insert into token (kind, name, hash) values ('trigger', 'k', sha256('k')) returning id as token \gset
execute occurrence_put(:a1, :'claimed', 100, 200, :f, 'kernel BUG in f', 1, false, 1.5, '{"text":"one\ntwo","alt":["bad-access in f","x"]}');
execute occurrence_put(:a1, :'claimed', 300, 400, :g, 'WARNING in g', 1, false, null, '{}');
execute occurrence_put(:a2, :'claimed', 100, 200, :f, 'kernel BUG in f', 1, false, 1.5, '{}');
select pg_temp.expect('reports that are kept are to be tried', string_agg(attempt_id::text, ' ' order by attempt_id), :a1 || ' ' || :a2) from rule_item;

create temp table s as execute rule_subjects(9223372036854775807, 0, 0, true);
select pg_temp.expect('the newest first', string_agg(attempt_id || '/' || start_byte, ' '), concat(:a2, '/100 ', :a1, '/300 ', :a1, '/100')) from s;
select pg_temp.expect('with what a rule asks for', concat_ws('|', text, alts, arch, fs, tree), e'one\ntwo|bad-access in f\nx|x86_64|xfs|t') from s where attempt_id = :a1 and start_byte = 100;
create temp table behind as execute rule_subjects(:a1, 300, :a1, false);
select pg_temp.expect('behind one that was seen', string_agg(start_byte || coalesce(text, '-'), ' '), '100-') from behind;

create temp table bad as execute rule_add('{"name":"r","pattern":"p","target":"line","issue":"i","tree":"none"}', :token, null);
select pg_temp.expect('an unknown tree', unknown || coalesce(id::text, ''), 'tree') from bad;
create temp table worse as execute rule_add('{"name":"r","pattern":"p","target":"line","issue":"i","bug":99999}', :token, null);
select pg_temp.expect('an unknown bug', unknown, 'bug') from worse;
execute rule_add('{"name":"r","pattern":"f$","target":"title","issue":"i","tree":"t","arch":null}', :token, 'first') \gset
select pg_temp.expect('its history begins', version || note || (content ->> 'tree') || (content ? 'arch'), '1firsttfalse') from rule_history;
create temp table active as execute rule_active;
select pg_temp.expect('it is to be tried on old reports', is_sweeping::text || swept_byte, 'true0') from active;

-- The stage's turns.
execute rule_item_next \gset item_
execute rule_match_put(array[:id, :id], '{1,1}', array[:a1, :a2], '{100,100}', array[:f, :f]);
execute rule_item_done(:item_attempt_id);
select pg_temp.expect('an attempt is tried once', count(*), 1::bigint) from rule_item;
create temp table swept as execute rule_swept(:id, 1, :a1, 100, true);
select pg_temp.expect('swept', is_kept, true) from swept;
select pg_temp.expect('a bug that it matches is known', rule_is_known(:f)::text || rule_is_known(:g), 'truefalse');
select pg_temp.expect('and says so', rule_marks(:f) #>> '{0,name}', 'r');
select pg_temp.expect('nobody else', rule_marks(:g)::text, null);
select pg_temp.expect('so does the report', rule_marks_at(:a1, 100) #>> '{0,issue}' || coalesce(rule_marks_at(:a1, 300)::text, '-'), 'i-');

-- Changed: what it matched before does not count; what was begun for an older version is refused.
execute rule_find(:id) \gset was_
create temp table stale as execute rule_change(:id, 7, :'was_fields', :token, null);
select pg_temp.expect('another has changed it', version, null::integer) from stale;
execute rule_change(:id, 1, '{"name":"r","pattern":"f$","target":"title","issue":"other words","tree":"t","state":"active"}', :token, null) \gset words_
select pg_temp.expect('other words match the same', rule_marks(:f) #>> '{0,issue}', 'other words');
execute rule_change(:id, 2, '{"name":"r","pattern":"g$","target":"title","issue":"i","tree":"t","state":"active"}', :token, null) \gset pattern_
select pg_temp.expect('another pattern has matched nothing yet', rule_is_known(:f), false);
select pg_temp.expect('old reports are to be tried again', swept_at::text || pattern_version, null) from rule;
create temp table late as execute rule_swept(:id, 1, :a1, 100, true);
select pg_temp.expect('who swept for the old one is told', is_kept, false) from late;
create temp table again as execute rule_swept(:id, 3, :a1, 100, true);
select pg_temp.expect('what the old one matched goes at the end', count(*), 0::bigint) from rule_match;
select pg_temp.expect('each version has its row', string_agg(version || (content ->> 'pattern'), ' ' order by version), '1f$ 2f$ 3g$') from rule_history;

-- Given up, retired, a bug by its number.
execute rule_fail(:id, 1, 'old', :a1);
select pg_temp.expect('an older version''s fault is nobody''s', error, null) from rule;
execute rule_fail(:id, 3, 'too many steps', :a1);
select pg_temp.expect('the fault stands at the rule', error || error_attempt_id || limit_hits, 'too many steps' || :a1 || 1) from rule;
update rule set limit_hits = 10;
create temp table tired as execute rule_active;
select pg_temp.expect('given up too often it is tried no more', count(*), 0::bigint) from tired;
execute rule_change(:id, 3, '{"name":"r","pattern":"h$","target":"title","issue":"i","state":"active"}', :token, null) \gset better_
select pg_temp.expect('until it is another', limit_hits || coalesce(error, '-'), '0-') from rule;
update rule set bug_id = :g;
select pg_temp.expect('the bug it names is known', rule_is_known(:g), true);
update rule set state = 'retired';
select pg_temp.expect('not when it is retired', rule_is_known(:g), false);

-- Reports that go or move are tried anew.
delete from rule_item;
execute occurrence_drop(:a1, :'claimed', 'console', '{100}');
select pg_temp.expect('a report that goes', string_agg(attempt_id::text, ' '), :a1::text) from rule_item;
delete from rule_item;
execute rule_match_put(array[:id], '{4}', array[:a1], '{100}', array[:g]);
select rule_requeue(:g);
select pg_temp.expect('matches of a bug that moved', string_agg(attempt_id::text, ' '), :a1::text) from rule_item;
execute rule_match_clear(:a1, array[:id]);
select pg_temp.expect('and are found anew', count(*), 0::bigint) from rule_match;
