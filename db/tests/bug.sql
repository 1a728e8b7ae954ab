-- Reports and bugs: titles that meet are one bug; a bug that nothing is left of goes.
\ir attempts.fixture

execute bug_lock('linux') \gset
create temp table unseen as execute bug_find('kernel BUG in f', '{bad-access in f}', :a1, 100, 200);
select pg_temp.expect('a bug not seen before', family || coalesce(bug_id::text, ' -') || coalesce(kept_id::text, ' -'), 'linux - -') from unseen;
execute bug_add('kernel BUG in f', 'BUG', 'linux', 'new') \gset first_
execute bug_title_add(:first_id, '{kernel BUG in f,bad-access in f}');
execute bug_add('WARNING in g', 'WARNING', 'linux', 'new') \gset second_
execute bug_title_add(:second_id, '{WARNING in g,bad-access in f}');
select pg_temp.expect('a title belongs to the bug that had it first', bug_id, :first_id::bigint) from bug_title where title = 'bad-access in f';
execute bug_find('KASAN in h', '{bad-access in f}', :a1, 100, 200) \gset
select pg_temp.expect('an alternative title leads to the bug', :bug_id::bigint, :first_id::bigint);
execute bug_find('WARNING in g', '{bad-access in f}', :a1, 100, 200) \gset
select pg_temp.expect('the own title comes before the others', :bug_id::bigint, :second_id::bigint);

execute occurrence_put(:a1, :'claimed', 100, 200, :first_id, 'kernel BUG in f', 1, false, 1.5, '{"panicked":true}');
execute occurrence_put(:a1, :'claimed', 300, 400, :second_id, 'WARNING in g', 1, true, null, '{"panicked":false}');
execute occurrence_put(:a1, :'claimed', 100, 250, :first_id, 'kernel BUG in f', 1, false, 1.5, '{"panicked":true}');
create temp table listed as execute occurrence_list(:a1, :'claimed', 'console');
select pg_temp.expect('kept again is kept once, as it reads now', string_agg(concat_ws(' ', start_byte, end_byte, title, is_panicked), ', ' order by start_byte),
	'100 250 kernel BUG in f t, 300 400 WARNING in g f') from listed;
select pg_temp.expect('open pages hear of it', count(*), 3::bigint) from event where kind = 'bug' and attempt_id = :a1;
execute occurrence_exposure_put(:a1, :'claimed', '{100,300}', '{4711,null}');
select pg_temp.expect('exposure goes to its report', string_agg(coalesce(exposure::text, '-'), ' ' order by start_byte), '4711 -') from occurrence;

execute bug_forget(:second_id);
execute bug_unsay(:second_id);
execute bug_drop(:second_id);
select pg_temp.expect('a bug with occurrences stays', count(*), 2::bigint) from bug;
execute occurrence_drop(:a1, :'claimed', 'console', '{100}');
select pg_temp.expect('what is no report goes', string_agg(start_byte::text, ' '), '100') from occurrence;
update bug set state = 'open' where id = :second_id;
execute bug_forget(:second_id);
execute bug_unsay(:second_id);
execute bug_drop(:second_id);
select pg_temp.expect('a bug that somebody has looked at stays', count(*), 2::bigint) from bug;
update bug set state = 'new' where id = :second_id;
execute bug_forget(:second_id);
execute bug_unsay(:second_id);
execute bug_drop(:second_id);
select pg_temp.expect('a bug without an occurrence goes, with its titles', (select count(*) from bug) * 10 + (select count(*) from bug_title), 12::bigint);
execute occurrence_drop(:a1, :'claimed', 'console', '{}');
select pg_temp.expect('no report is left', count(*), 0::bigint) from occurrence;
