-- Counts per revision and profile: counted twice they are the same, and what is gone or has become known is counted so.
\ir attempts.fixture
create function pg_temp.tallies() returns text language sql as $$
	select string_agg(concat_ws('/', attempts, known, coalesce(exposure, -1)), ' ' order by revision_id) from tally
$$;
create function pg_temp.bug_tallies() returns text language sql as $$
	select coalesce(string_agg(concat_ws('/', b.title, attempts, occurrences, done, known, exposure, whole_known, whole_exposure), ' ' order by b.title, revision_id), '')
	from bug_tally y join bug b on b.id = y.bug_id
$$;
insert into bug (title) values ('f'), ('g');
select min(id) as f, max(id) as g from bug \gset

execute tally_lock(:a1) \gset
select pg_temp.expect('an attempt''s cell', concat_ws(' ', :'revision_id', :'profile_id'), (select concat_ws(' ', revision_id, profile_id) from attempt_place where attempt_id = :a1));
create temp table nobody as execute tally_lock(0);
select pg_temp.expect('no attempt, no cell', count(*), 0::bigint) from nobody;
execute tally_keep(:revision_id, :profile_id);
select pg_temp.expect('attempts under way, and those that were lost, are not counted', pg_temp.tallies(), null);

update attempt set state = 'done', result = 'clean' where id in (:a1, :a2, :a3);
execute series_exposure_put(:a1, 9.5, 1000, 900, 1100, true);
execute tally_keep(:revision_id, :profile_id);
select pg_temp.expect('an attempt of unknown exposure is counted apart; another revision has its own cell', pg_temp.tallies(), '2/1/1000');
execute tally_keep(:revision_id, :profile_id);
select pg_temp.expect('counted twice is counted once', pg_temp.tallies(), '2/1/1000');

execute occurrence_put(:a1, :'claimed', 100, 200, :f, 'f', 1, false, 1.5, '{}');
execute occurrence_put(:a1, :'claimed', 300, 400, :f, 'f', 1, false, 2.5, '{}');
execute occurrence_put(:a1, :'claimed', 500, 600, :g, 'g', 1, false, null, '{}');
execute occurrence_put(:a4, :'claimed', 100, 200, :g, 'g', 1, false, null, '{}');
update occurrence set exposure = start_byte where bug_id = :f;
execute tally_keep(:revision_id, :profile_id);
select pg_temp.expect('up to a bug''s first report, or else all the attempt tried; a lost attempt''s report is seen and enters no rate',
	pg_temp.bug_tallies(), 'f/1/2/1/1/100/1/1000 g/2/2/1/1/1000/1/1000');
execute series_exposure_put(:a1, 9.5, null, null, null, null);
execute tally_keep(:revision_id, :profile_id);
select pg_temp.expect('what is no longer known', pg_temp.tallies() || ' ' || pg_temp.bug_tallies(), '2/0/-1 f/1/2/1/1/100/0/0 g/2/2/1/0/0/0/0');

execute occurrence_drop(:a1, :'claimed', 'console', '{500}');
execute tally_keep(:revision_id, :profile_id);
select pg_temp.expect('a report that is none any more', pg_temp.bug_tallies(), 'g/2/2/1/0/0/0/0');
delete from bug where id = :g;
select pg_temp.expect('a bug goes with its counts', pg_temp.bug_tallies(), '');
