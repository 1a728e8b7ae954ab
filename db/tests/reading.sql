-- Which streams are read, how far, and what becomes of those that cannot be read; and when an ended attempt is measured.
\ir attempts.fixture

insert into stream (attempt_id, name, claimed_at, size_bytes, is_complete, updated_at)
	select :a1, n.name, :'claimed', n.size, false, now() + n.place * interval '1 second'
	from (values ('console', 100, 2), ('samples', 50, 1), ('build', 70, 0)) n (name, size, place);
create temp table listed as execute reading_list;
select pg_temp.expect('what waits longest comes first, build logs once they are whole', string_agg(name, ' '), 'samples console') from listed;
update stream set is_complete = true where attempt_id = :a1 and name = 'build';
create temp table log_ended as execute reading_list;
select pg_temp.expect('then they come too', string_agg(name, ' '), 'build samples console') from log_ended;
delete from stream where name = 'build';

execute reading_begin(:a1, 'samples') \gset
select pg_temp.expect('nothing was read yet', :read_bytes::bigint, 0::bigint);
create temp table kept as execute reading_keep(:a1, 'samples', 0, 50, false, 1, '{"keys":2}');
select pg_temp.expect('it is kept', count(*), 1::bigint) from kept;
create temp table late as execute reading_keep(:a1, 'samples', 0, 30, false, 1, '{}');
select pg_temp.expect('who began before that has lost', count(*), 0::bigint) from late;
select pg_temp.expect('and changed nothing', read_bytes::text || reader_state::text, '50{"keys": 2}') from stream where attempt_id = :a1 and name = 'samples';
select pg_temp.expect('a running attempt is not measured', count(*), 0::bigint) from work_item;

create temp table after as execute reading_list;
select pg_temp.expect('what was read is not listed', string_agg(name, ' '), 'console') from after;
update stream set is_complete = true where attempt_id = :a1 and name = 'samples';
create temp table ended as execute reading_list;
select pg_temp.expect('until it has ended', string_agg(name, ' ' order by name), 'console samples') from ended;
create temp table last as execute reading_keep(:a1, 'samples', 50, 50, true, 1, '{}');
create temp table closed as execute reading_list;
select pg_temp.expect('and its end was seen', string_agg(name, ' '), 'console') from closed;

execute reading_fail(:a1, 'console', 'no sense');
create temp table failed as execute reading_list;
select pg_temp.expect('what failed waits', count(*), 0::bigint) from failed;
select pg_temp.expect('for two seconds', reader_retry_at - now(), interval '2 seconds') from stream where name = 'console';
execute reading_fail(:a1, 'console', 'no sense');
select pg_temp.expect('then four', reader_retry_at - now(), interval '4 seconds') from stream where name = 'console';
execute reading_fail(:a1, 'console', 'no sense');
execute reading_fail(:a1, 'console', 'no sense');
execute reading_fail(:a1, 'console', 'no sense');
execute reading_fail(:a1, 'console', 'no sense');
execute reading_fail(:a1, 'console', 'no sense');
execute reading_fail(:a1, 'console', 'no sense either');
select pg_temp.expect('and at last it is given up', reader_retry_at::text || ' ' || reader_error, 'infinity no sense either') from stream where name = 'console';
update stream set reader_retry_at = now() where name = 'console';
create temp table again as execute reading_keep(:a1, 'console', 0, 100, false, 1, '{}');
select pg_temp.expect('success forgets the faults', reader_tries::text || coalesce(reader_error, '-') || coalesce(reader_retry_at::text, '-'), '0--') from stream where name = 'console';

execute work_item_glance \gset
select pg_temp.expect('somebody runs', :'is_busy'::text, 't'::text);
update attempt set state = 'done', result = 'clean', ended_at = now() where id = :a1;
execute work_item_put('measure', :a1) \gset
execute work_item_put('measure', :a1) \gset
select pg_temp.expect('asked for twice is once', count(*), 1::bigint) from work_item;
create temp table early as execute work_item_next;
select pg_temp.expect('streams that are still to come are waited for', count(*), 0::bigint) from early;
update attempt set ended_at = now() - interval '11 minutes' where id = :a1;
create temp table patient as execute work_item_next;
select pg_temp.expect('but not for ever', attempt_id, :a1::bigint) from patient;
update attempt set ended_at = now() where id = :a1;
update stream set is_complete = true where attempt_id = :a1;
create temp table unread as execute work_item_next;
select pg_temp.expect('their end must have been seen', count(*), 0::bigint) from unread;
create temp table whole as execute reading_keep(:a1, 'console', 100, 100, true, 1, '{}');
execute work_item_next \gset
select pg_temp.expect('then it is measured', :attempt_id::bigint, :a1::bigint);
execute work_item_fail(:id, 'no way');
create temp table refused as execute work_item_next;
select pg_temp.expect('what failed waits', count(*), 0::bigint) from refused;
update work_item set tries = 7;
execute work_item_fail(:id, 'no way at all');
select pg_temp.expect('and is given up', retry_at::text || ' ' || error, 'infinity no way at all') from work_item;
execute work_item_put('measure', :a1) \gset
select pg_temp.expect('until it is asked for anew', tries::text || coalesce(error, '-'), '0-') from work_item;
update stream set is_complete = false, is_read = false, reader_retry_at = 'infinity', read_bytes = 0 where attempt_id = :a1 and name = 'console';
create temp table poisoned as execute work_item_next;
select pg_temp.expect('a stream that cannot be read holds nothing up', count(*), 1::bigint) from poisoned;
execute work_item_done(:id);
select pg_temp.expect('done is done', count(*), 0::bigint) from work_item;

insert into stream (attempt_id, name, claimed_at, size_bytes) values (:a4, 'samples', :'claimed', 10);
create temp table bytes_late as execute reading_keep(:a4, 'samples', 0, 10, false, 1, '{}');
select pg_temp.expect('bytes that come late have the attempt measured', attempt_id, :a4::bigint) from work_item;
create temp table lost as execute work_item_next;
select pg_temp.expect('a lost one has all it will ever have', attempt_id, :a4::bigint) from lost;
