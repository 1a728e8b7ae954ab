-- Any two runs or revisions side by side.
\ir attempts.fixture
select max(id) as patched, min(id) as plain from revision \gset
select run_id as run from job limit 1 \gset
update attempt set state = 'done', result = 'crash', exposure = 1000000, workload_seconds = 10, page_size = 4096, kernel_release = '6.1.0', ended_at = now() where id = :a1;
update attempt set state = 'done', result = 'clean', exposure = 2000000, workload_seconds = 10, page_size = 4096, kernel_release = '6.1.0', ended_at = now() where id = :a2;
update attempt set state = 'done', result = 'clean', exposure = 9000000, workload_seconds = 10, page_size = 4096, kernel_release = '6.1.0', ended_at = now() where id = :a3;
insert into bug (title, type) values ('BUG: x in y', 'BUG') returning id as bug \gset
insert into occurrence (attempt_id, claimed_at, start_byte, end_byte, bug_id, title, reader_version, is_corrupted, exposure, report)
	select id, claimed_at, 0, 1, :bug, 'BUG: x in y', 1, false, 400000, '{}' from attempt where id = :a1;
insert into bug_tally (bug_id, revision_id, profile_id, attempts, occurrences, last_at, done, known, exposure, whole_known, whole_exposure) select bug_id, revision_id, profile_id, attempts, occurrences, last_at, done, known, exposure, whole_known, whole_exposure from bug_tally_now;

insert into tree_commit select t.id, c.id, 0 from tree t, commit c on conflict do nothing;
select pg_temp.expect('a commit by the beginning of its hash', (select revision_id from compare_side('t/aaaaaaaa')), :plain::bigint);
insert into tree_ref select t.id, 'v6.1/x', c.id from tree t, commit c;
select pg_temp.expect('a commit by a name with a slash', (select revision_id from compare_side('t/v6.1/x')), :plain::bigint);
select pg_temp.expect('a revision', (select label from compare_side('revision:' || :patched)), 'aaaaaaaaaaaa s');
select pg_temp.expect('a run', (select label from compare_side('run:' || :run)), 'run ' || :run || ': r');
select pg_temp.expect('what is not there', (select count(*) from (select compare_side(x) from unnest(array['', 't', 't/', '/a', 'run:', 'run:99999999999999999999', 'revision:x', 't/bbbbbbb', 'u/aaaaaaa', 'run:0']) x) y), 0::bigint);

execute page_compare('t/aaaaaaa', 'revision:' || :patched) \gset
select pg_temp.expect('both are there', (:'page'::json ->> 'has_both'), 'true');
select pg_temp.expect('some failed before, none after', (select c ->> 'category' from json_array_elements(:'page'::json -> 'categories') c where (c ->> 'count')::int = 1), 'fails_no_more');
select pg_temp.expect('there are seven', json_array_length(:'page'::json -> 'categories'), 7);
select pg_temp.expect('any crash, then the bug', (:'page'::json #>> '{bugs,0,title}') || ', ' || (:'page'::json #>> '{bugs,1,title}'), 'any crash or hang, BUG: x in y');
select pg_temp.expect('a bug counts what was tried until its report', :'page'::json #>> '{bugs,1,cells,0,before}', '{"events" : 1, "exposure" : 2400000, "seconds" : 20}');
select pg_temp.expect('and nothing of it after', :'page'::json #>> '{bugs,1,cells,0,after}', '{"events" : 0, "exposure" : 9000000, "seconds" : 10}');
select pg_temp.expect('the address turned round', :'page'::json ->> 'swap', '/compare?a=revision:' || :patched || '&b=t/aaaaaaa');

update attempt set kernel_release = '5.4.0' where id = :a3;
execute page_compare('t/aaaaaaa', 'revision:' || :patched) \gset
select pg_temp.expect('another meaning is another stratum', json_array_length(:'page'::json #> '{bugs,0,cells}'), 0);
execute page_compare('t/aaaaaaa', 'nothing<x>') \gset
select pg_temp.expect('what was not found', :'page'::json ->> 'problem', 'Nothing that is known here is called “nothing<x>”.');
execute page_compare(null, null) \gset
select pg_temp.expect('nothing asked, nothing wrong', :'page'::json ->> 'problem', null);

select pg_temp.expect('the seven', (select string_agg(compare_category(ba, bc, aa, ac), ' ' order by n) from (values
	(1, 1::bigint, 1::bigint, 2::bigint, 1::bigint), (2, null, null, 1, 0), (3, 1, 0, 1, 0), (4, 1, 0, 1, 1), (5, null, null, 1, 1), (6, 1, 1, 1, 1), (7, 1, 1, null, null)) v (n, ba, bc, aa, ac)),
	'regressed new_failing still_failing fails_no_more new_passing still_passing not_tried');
select pg_temp.expect('a value in an address', url_text('t/v1+ä&b'), 't/v1%2B%C3%A4%26b');

-- Numbers: one attempt a side, and the noise of the neighbours.
insert into commit (sha, subject, author, authored_at, committed_at) select lpad(to_hex(i), 40, '0'), 'c' || i, 'A <a@example.org>', now(), now() from generate_series(1, 30) i;
insert into tree_commit select t.id, c.id, substr(c.subject, 2)::int from tree t, commit c where c.subject like 'c%';
insert into series (tree_id, profile_id, metric) select t.id, p.id, 'success_per_s' from tree t, profile p returning id as series \gset
insert into point (series_id, attempt_id, claimed_at, commit_id, value) select :series, 1000 + c.id, :'claimed', c.id, 100 + c.id % 3 from commit c where c.subject like 'c%';
insert into point (series_id, attempt_id, claimed_at, commit_id, value) select :series, a.id, a.claimed_at, c.id, 100 from attempt a, commit c where a.id = :a2 and c.subject = 's';
insert into median select * from median_now;
insert into point_beside (attempt_id, claimed_at, metric, value) select id, claimed_at, 'success_per_s', 200 from attempt where id = :a3;
execute page_compare('t/aaaaaaa', 'revision:' || :patched) \gset
select pg_temp.expect('both medians, one of them beside the line', (:'page'::json #>> '{numbers,0,before}') || ' ' || (:'page'::json #>> '{numbers,0,after}'), '100 200');
select pg_temp.expect('noise of the neighbours', (:'page'::json #>> '{numbers,0,noise}')::float between 0.001 and 0.05, true);
select pg_temp.expect('what is patched is on no trend', count(*), 0::bigint) from point where attempt_id = :a3;

-- The share of failures is compared as odds of the attempt's own counts.
insert into point_beside (attempt_id, claimed_at, metric, value) select id, claimed_at, m, v from attempt, (values ('fail_ratio', 0.25), ('pgmigrate_success', 3), ('pgmigrate_fail', 1)) w (m, v) where id = :a3;
execute page_compare('revision:' || :patched, 'revision:' || :patched) \gset
select pg_temp.expect('odds', (select round((n #>> '{before_values,0}')::numeric, 4) from json_array_elements(:'page'::json -> 'numbers') n where n ->> 'metric' = 'fail_ratio'), round(ln(1.5 / 3.5), 4));
select pg_temp.expect('a number that has no trend has no link', (select n ->> 'href' from json_array_elements(:'page'::json -> 'numbers') n where n ->> 'metric' = 'fail_ratio'), null);
