-- Passes over old consoles: which are read, how one goes on, and what its answer says becomes of each bug.
\ir attempts.fixture

update attempt set state = 'done', result = 'clean', ended_at = now() where id <> :a4;
insert into stream (attempt_id, name, claimed_at, size_bytes, read_bytes, is_complete, is_read, reader_version)
	select id, 'console', claimed_at, 100, 100, true, true, 1 from attempt;
update stream set reader_version = 2 where attempt_id = :a2;
update stream set read_bytes = 50 where attempt_id = :a3;
create temp table older as execute reread_older(2, 3);
select pg_temp.expect('how many an older reader has read', older ->> 'older' || ' of ' || (older ->> 'consoles'), '3 of 4') from older;

execute reread_begin(false, 2, 'me', null, null, false, 3) \gset p_
create temp table next as execute reread_next(0, 2, 3, null, null);
select pg_temp.expect('what this version has read, or is still to be read, is left out', string_agg(attempt_id::text, ' ' order by attempt_id), :a1 || ' ' || :a4) from next;
update stream set reader_retry_at = 'infinity' where attempt_id = :a3;
create temp table given_up as execute reread_next(:a1, 2, 3, null, null);
select pg_temp.expect('what was given up is tried', string_agg(attempt_id::text, ' ' order by attempt_id), :a3 || ' ' || :a4) from given_up;
create temp table every as execute reread_next(0, null, null, null, null);
select pg_temp.expect('all, when that is asked for', count(*), 4::bigint) from every;
create temp table one as execute reread_next(0, 2, 3, :a4, null);
select pg_temp.expect('only one', string_agg(attempt_id::text, ' '), :a4::text) from one;
create temp table late as execute reread_next(0, 2, 3, null, now() + interval '1 hour');
select pg_temp.expect('none was claimed since then', count(*), 0::bigint) from late;
insert into stream (attempt_id, name, claimed_at, size_bytes, read_bytes, is_complete, is_read, reader_version)
	select id, 'build', claimed_at, 50, 50, true, true, case when id = :a2 then 2 else 3 end from attempt where id in (:a2, :a4);
drop table next;
create temp table next as execute reread_next(0, 2, 3, null, null);
select pg_temp.expect('build logs too, by their own reader''s version', string_agg(concat_ws(' ', attempt_id - :a1, has_console, has_build), ', ' order by attempt_id), '0 t f, 1 f t, 2 t f, 3 t f') from next;
drop table older;
create temp table older as execute reread_older(2, 3);
select pg_temp.expect('how many of these', older #>> '{logs,older}' || ' of ' || (older #>> '{logs,logs}'), '1 of 2') from older;
update attempt set state = 'running' where id = :a1;
create temp table running as execute reread_next(0, 2, 3, :a1, null);
select pg_temp.expect('what runs is not read', count(*), 0::bigint) from running;

insert into bug (title, state) values ('kernel BUG in f', 'new'), ('WARNING in g', 'new'), ('WARNING in h', 'open');
select min(id) as f, min(id) + 1 as g, min(id) + 2 as h from bug \gset
insert into bug_title (title, bug_id) select title, id from bug;
create temp table touched as execute bug_is_touched(:h);
select pg_temp.expect('a person has touched it', is_touched, true) from touched;
insert into occurrence (attempt_id, claimed_at, start_byte, end_byte, bug_id, title, reader_version, is_corrupted, report)
	select a.id, a.claimed_at, b.id, b.id + 1, b.id, b.title, 1, false, '{}' from attempt a cross join bug b where a.id < :a3;

create temp table unmet as execute reread_bug_find(:p_id, 'WARNING in n', '{kernel BUG in n}', :a1);
select pg_temp.expect('a title not met', count(*), 0::bigint) from unmet;
execute reread_title_add(:p_id, '{WARNING in n,WARNING in g}', null, 'WARNING in n', :a1);
execute reread_title_add(:p_id, '{WARNING in n,kernel BUG in n}', :f, null, :a1);
create temp table met as execute reread_bug_find(:p_id, 'kernel BUG in n', '{WARNING in n}', :a1);
select pg_temp.expect('its own title comes first', bug_id, :f::bigint) from met;
create temp table other as execute reread_bug_find(:p_id, 'x', '{WARNING in n}', :a1);
select pg_temp.expect('who had a title first keeps it', new_bug || ' ' || is_own, 'WARNING in n false') from other;
update tree set family = 'vendor';
create temp table kin as execute reread_bug_find(:p_id, 'WARNING in n', '{}', :a1);
select pg_temp.expect('another family''s titles lead nowhere', count(*), 0::bigint) from kin;
update tree set family = 'linux';
select pg_temp.expect('titles that a bug has are not its to give', count(*), 2::bigint) from reread_title;

-- f moves into g whole; h loses what a person has decided on; one report of g is none; one is new.
execute reread_keep(:p_id, :a1, array[:f, :g, :h, 900], '{retitled,removed,removed,added}', '{kernel BUG in f,WARNING in g,WARNING in h,null}',
	'{WARNING in g,null,null,WARNING in n}', array[:f, :g, :h, null]::bigint[], array[:g, null, null, null]::bigint[], '{null,null,null,WARNING in n}', 2, false);
execute reread_keep(:p_id, :a2, array[:f, :h], '{retitled,removed}', '{kernel BUG in f,WARNING in h}', '{WARNING in g,null}', array[:f, :h]::bigint[], array[:g, null]::bigint[], '{null,null}', 0, false);
execute reread_keep(:p_id, :a3, '{}', '{}', '{}', '{}', '{}', '{}', '{}', 0, false);
execute reread_begin(false, 2, 'me', null, null, false, 3) \gset again_
select pg_temp.expect('a pass that did not end goes on', :again_id || ' ' || :again_last_attempt_id, :p_id || ' ' || :a3);
create temp table shown as execute reread_show(:p_id);
select pg_temp.expect('counts', reread ->> 'consoles' || ' ' || (reread ->> 'consoles_changed') || (reread ->> 'occurrences'),
	'3 2{"added" : 1, "removed" : 3, "retitled" : 2, "moved" : 0, "rewritten" : 2}') from shown;
select pg_temp.expect('what becomes of each bug', string_agg(concat_ws(' ', b ->> 'title', b ->> 'change', coalesce(b ->> 'into_title', '-'), b ->> 'before', b ->> 'after'), ', ' order by b ->> 'title'),
	'WARNING in g changes - 2 3, WARNING in h empties - 2 0, WARNING in n appears - 0 1, kernel BUG in f merges WARNING in g 2 0')
	from shown, json_array_elements(reread -> 'bugs') b;
select pg_temp.expect('the most frequent change first', concat_ws(' ', reread #>> '{changes,0,count}', reread #>> '{changes,0,kind}', reread #>> '{changes,0,attempts}'),
	concat_ws(' ', 2, 'removed', '[' || :a1 || ',' || :a2 || ']')) from shown;
execute reread_end(:p_id);
select pg_temp.expect('what only the preview needed is gone', count(*), 0::bigint) from reread_title;
execute reread_begin(false, 2, 'me', null, null, false, 3) \gset new_
select pg_temp.expect('of the previews the last one stays', count(*), 1::bigint) from reread;
execute reread_begin(true, 2, 'me', null, null, false, 3) \gset applied_
execute reread_keep(:applied_id, :a1, array[:f], '{retitled}', '{kernel BUG in f}', '{WARNING in m}', array[:f]::bigint[], array[:h]::bigint[], '{null}', 0, false);
update occurrence set bug_id = :h, title = 'WARNING in m' where bug_id = :f and attempt_id = :a1;
create temp table done as execute reread_show(:applied_id);
select pg_temp.expect('what was done is told by what is there now', string_agg(concat_ws(' ', b ->> 'title', b ->> 'change', b ->> 'before', b ->> 'after'), ', ' order by b ->> 'title'),
	'WARNING in h changes 2 3, kernel BUG in f changes 2 1') from done, json_array_elements(reread -> 'bugs') b;

insert into rule (name, pattern, target, issue, bug_id) values ('r', 'x', 'title', 'i', :g);
create temp table named as execute bug_is_touched(:g);
select pg_temp.expect('a bug that a rule names is a person''s', is_touched, true) from named;
create temp table renewed as execute reading_renew(:a4, 'console', 100, true, 2, '{}');
select pg_temp.expect('read again', reader_version, 2) from stream where attempt_id = :a4 and name = 'console';
create temp table grown as execute reading_renew(:a4, 'console', 99, true, 3, '{}');
select pg_temp.expect('unless bytes came', count(*), 0::bigint) from grown;
select pg_temp.expect('nothing is measured for it', count(*), 0::bigint) from work_item;
