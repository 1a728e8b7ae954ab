-- Search finds commits, bugs, runs, machines, profiles, trees and numbers, whatever is typed.
\ir attempts.fixture

insert into commit (sha, subject, author, authored_at, committed_at) values
	(repeat('8e47a457321c', 3) || '0000', 'iomap: get/put the page in iomap_page_create/release', 'P. <p@example.org>', now(), now()),
	(repeat('8e47a4573210', 3) || '0000', 'mm/migrate: 100% of a_b ' || repeat('x', 3000), 'P. <p@example.org>', now(), now()),
	(repeat('0000deadbeef', 3) || '0000', 'iomap: in no tree', 'P. <p@example.org>', now(), now());
insert into tree_commit select r.tree_id, c.id, null from commit c, (select min(tree_id) as tree_id from revision) r where c.subject like 'iomap: get%' or c.subject like 'mm/migrate: 100%';
execute bug_add('kernel BUG in filemap_read', 'BUG', 'linux', 'new') \gset
\set bug :id
execute bug_title_add(:bug, '{kernel BUG in filemap_read}');
execute occurrence_put(:a1, :'claimed', 0, 10, :bug, 'kernel BUG in filemap_read', 1, false, 1.5, '{"frames": [{"function": "filemap_read"}, {"function": "xfs_file_read_iter"}, {"function": "xfs_file_read_iter"}, {}]}');
execute occurrence_put(:a1, :'claimed', 20, 30, :bug, 'kernel BUG in filemap_read', 1, false, 1.5, '{"frames": [{"function": "xfs_file_read_iter"}]}');
select pg_temp.expect('each function of a title is kept once', string_agg(function, ' ' order by function), 'filemap_read xfs_file_read_iter') from report_function;

create temp table found (asked text, page json);
create function pg_temp.words(asked text, kind text, name text) returns text language sql as $$
	select string_agg(left(row ->> $3, 12), ' ') from found f, json_array_elements(case json_typeof(f.page -> $2) when 'array' then f.page -> $2 else '[]' end) row where f.asked = $1
$$;
\set ask 'insert into found select :''text'', page from answer; drop table answer;'
\set text '8e47a457321c'
create temp table answer as execute page_search(:'text');
:ask
select pg_temp.expect('a commit by its hash', pg_temp.words(:'text', 'commits', 'sha'), '8e47a457321c');
\set text 'IOMAP Page_cr'
create temp table answer as execute page_search(:'text');
:ask
select pg_temp.expect('a commit by beginnings of words, and none that no tree holds', pg_temp.words(:'text', 'commits', 'subject'), 'iomap: get/p');
\set text '100%'
create temp table answer as execute page_search(:'text');
:ask
select pg_temp.expect('what is special elsewhere is only text', pg_temp.words(:'text', 'commits', 'subject'), 'mm/migrate: ');
\set text 'xfs_file_rea'
create temp table answer as execute page_search(:'text');
:ask
select pg_temp.expect('a bug by a function in a call trace', pg_temp.words(:'text', 'bugs', 'function'), 'xfs_file_rea');
\set text 'BUG file'
create temp table answer as execute page_search(:'text');
:ask
select pg_temp.expect('a bug by its title', pg_temp.words(:'text', 'bugs', 'state'), 'new');
select '#' || :a1 as text \gset
create temp table answer as execute page_search(:'text');
:ask
select pg_temp.expect('an attempt by its number', pg_temp.words(:'text', 'numbers', 'word') like 'attempt %', true);
\set text ' '
create temp table answer as execute page_search(:'text');
:ask
select pg_temp.expect('nothing typed finds nothing', page ->> 'is_found' || coalesce(page ->> 'q', ' -'), 'false -') from found where asked = :'text';
\set text '\'' & | ! :* <-> ( "'
create temp table answer as execute page_search(:'text');
:ask
select pg_temp.expect('signs alone find nothing', page ->> 'is_found', 'false') from found where asked = :'text';
