-- Pages are of differing size, and what a huge page counts has changed: values show bytes too, and pages and answers say so where
-- values of differing meaning stand side by side.
\ir attempts.fixture

select pg_temp.expect('pages as bytes', page_pages(1000, 4096, 'pages'), '4.1 MB');
select pg_temp.expect('a rate as bytes', page_pages(1000, 65536, 'pages/s'), '65.5 MB/s');
select pg_temp.expect('a ratio has none', page_pages(0.5, 4096, 'ratio'), null);
select pg_temp.expect('nor has an unknown page size', page_pages(1, null, 'pages'), null);
select pg_temp.expect('a huge page counted as one until 5.8', counter_meaning('5.8.0-rc1', 4096), 'pages of 4K, a huge page as one');
select pg_temp.expect('since then as its pages', counter_meaning('v5.9-rc1', 65536), 'pages of 64K, a huge page as all of its pages');
select pg_temp.expect('also in later ones', counter_meaning('6.1.0-50-arm64', 4096), 'pages of 4K, a huge page as all of its pages');
select pg_temp.expect('who knows what else there is', counter_meaning('next-20260101', 4096), 'pages of 4K');
select pg_temp.expect('without a page size nothing is known', counter_meaning('6.1.0', null), null);
select pg_temp.expect('nothing is said of what is alike', counter_warning('{a,a,null}'), null);

-- Two attempts of one series, on kernels that count alike; then one that does not, and one under another page size.
insert into tree_commit (tree_id, commit_id, ordinal) select t.id, c.id, 0 from tree t, commit c;
update attempt set state = 'done', result = 'clean', exposure = 1000, page_size = 4096, kernel_release = '6.1.0', started_at = now(), ended_at = now() where id in (:a1, :a2);
execute series_add(:a1, '{pgmigrate_success}');
execute series_point_put(:a1, :'claimed', '{pgmigrate_success}', '{1000}');
execute series_point_put(:a2, :'claimed', '{pgmigrate_success}', '{2000}');
execute series_median_keep(:a2);
create temp table shown as execute page_series('t', 'p', 'pgmigrate_success', null, null, null, null, null, 'data');
select pg_temp.expect('a median in bytes', page -> 'rows' -> 0 ->> 'bytes', '6.1 MB') from shown;
select pg_temp.expect('alike: no sentence', page ->> 'not_alike', null) from shown;
create temp table trends as execute page_trends('t', 'pgmigrate_success');
select pg_temp.expect('trends in bytes', page -> 'rows' -> 0 ->> 'last_bytes', '6.1 MB') from trends;
select pg_temp.expect('alike: no sentence in trends', page ->> 'not_alike', null) from trends;
create temp table one as execute page_attempt(:'a1', null);
select pg_temp.expect('an attempt''s value in bytes', page -> 'metrics' -> 0 ->> 'bytes', '4.1 MB') from one;
select pg_temp.expect('and what it tried', (select f ->> 'value' from json_array_elements(page -> 'facts') f where f ->> 'name' = 'migrations tried'), '1,000, 4.1 MB') from one;
select pg_temp.expect('and what that means', (select f ->> 'value' from json_array_elements(page -> 'facts') f where f ->> 'name' = 'counted in'), 'pages of 4K, a huge page as all of its pages') from one;
create temp table api as execute api_attempt(:'a1');
select pg_temp.expect('the API has both', (body::json -> 'attempt' ->> 'exposure_bytes') || (body::json -> 'attempt' ->> 'counter_meaning'), '4096000pages of 4K, a huge page as all of its pages') from api;

update attempt set kernel_release = '5.8.0' where id = :a2;
create temp table differs as execute page_series('t', 'p', 'pgmigrate_success', null, null, null, null, null, 'data');
select pg_temp.expect('a series over 5.9 says so', page ->> 'not_alike', 'What is counted differs here, so these numbers cannot be compared as they stand: pages of 4K, a huge page as all of its pages; pages of 4K, a huge page as one. Where only the page size differs, compare the bytes.') from differs;
select id as series from series limit 1 \gset
create temp table api_differs as execute api_series(:'series', null, null);
select pg_temp.expect('so does the API', (body::json -> 'series' ->> 'warning') = (select page ->> 'not_alike' from differs), true) from api_differs;
select pg_temp.expect('with each point''s own', body::json -> 'series' -> 'points' ->> 'kernel_release', '["6.1.0", "5.8.0"]') from api_differs;

update attempt set kernel_release = '6.1.0' where id = :a2;
insert into profile (name, arch, page_size, config, fs, block_size, memory_mb, cpus, numa_nodes, workload, duration_s)
	values ('power', 'ppc64le', 65536, 'tiny', 'xfs', 4096, 512, 2, 2, 'migrate-hot', 5);
update job set profile_id = (select id from profile where name = 'power') where id = (select job_id from attempt where id = :a2);
update attempt set page_size = 65536 where id = :a2;
delete from point where attempt_id = :a2;
execute series_add(:a2, '{pgmigrate_success}');
execute series_point_put(:a2, :'claimed', '{pgmigrate_success}', '{1000}');
execute series_median_keep(:a1);
execute series_median_keep(:a2);
create temp table trends_differ as execute page_trends('t', 'pgmigrate_success');
select pg_temp.expect('profiles side by side say so', page ->> 'not_alike' like '%pages of 4K,%; pages of 64K,%compare the bytes.', true) from trends_differ;
select pg_temp.expect('and show bytes', string_agg(r ->> 'last_bytes', ' '), '4.1 MB 65.5 MB') from trends_differ, json_array_elements(page -> 'rows') r;
create temp table commit_differs as execute page_commit('t', repeat('a', 40));
select pg_temp.expect('attempts side by side say so', page ->> 'not_alike' like '%pages of 4K,%; pages of 64K,%', true) from commit_differs;
select pg_temp.expect('how they ended, the worst first', string_agg(concat_ws(' ', r #>> '{status,word}', r ->> 'attempts'), ', '), 'clean 2, running 1, lost 1') from commit_differs, json_array_elements(page -> 'results') r;
