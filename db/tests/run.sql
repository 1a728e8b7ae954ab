-- What run_* queries find, make and refuse, on a tree of five commits.
\ir expect.fixture

insert into tree (name, kind, url, branch) values ('t', 'git', 'file:///t', 'main');
insert into commit (sha, subject, author, authored_at, committed_at)
	select repeat(n::text, 40), 'commit ' || n, 'A <a@example.org>', now(), now() from generate_series(1, 4) n
	union all select repeat('1', 39) || '2', 'twin', 'A <a@example.org>', now(), now();
insert into tree_commit (tree_id, commit_id, ordinal)
	select t.id, c.id, case when c.subject = 'twin' then null else right(c.subject, 1)::bigint - 1 end from tree t, commit c;
insert into tree_ref (tree_id, name, commit_id) select t.id, 'main', c.id from tree t, commit c where c.subject = 'commit 4';
insert into profile (name, arch, page_size, config, fs, block_size, memory_mb, cpus, numa_nodes, workload, duration_s)
	select 'p' || n, 'x86_64', 4096, 'tiny', 'xfs', 1024, 512, 2, 2, 'migrate-hot', 5 from generate_series(1, 2) n;
select id as tree from tree \gset

execute run_commit_find(:tree, 'main') \gset
select pg_temp.expect('a branch is found', :'subject'::text, 'commit 4'::text);
execute run_commit_find(:tree, '2222222') \gset
select pg_temp.expect('seven digits are enough', :'subject'::text, 'commit 2'::text);
create temp table twins as execute run_commit_find(:tree, '1111111');
select pg_temp.expect('two fit', count(*), 2::bigint) from twins;
create temp table shorts as execute run_commit_find(:tree, '222222');
select pg_temp.expect('six digits are too few', count(*), 0::bigint) from shorts;

execute run_commits_between(:tree, 0, 3, 1) \gset
select pg_temp.expect('a range leaves its start out', :n::bigint, 3::bigint);
execute run_commits_between(:tree, 0, 3, 2) \gset
select pg_temp.expect('every second, counted from the end', :n::bigint, 2::bigint);
select pg_temp.expect('the end is among them', (:'ids'::json ->> 1)::bigint, (select id from commit where subject = 'commit 4'));

execute run_revisions(:tree, :'ids', '[]', '[]', '[]', null, null, null, null, null) \gset r1_
execute run_revisions(:tree, :'ids', '[]', '[]', '[]', null, null, null, null, null) \gset r2_
select pg_temp.expect('the same asked twice is the same revision', :'r1_ids'::text, :'r2_ids'::text);
insert into blob (sha256, size_bytes, is_complete) values (repeat('a', 64), 1, true);
execute run_revisions(:tree, :'ids', jsonb_build_array(repeat('a', 64)), '["a fix"]', '[]', null, null, null, null, null) \gset r3_
select pg_temp.expect('a patch makes another revision', :'r1_ids'::text = :'r3_ids'::text, false);
select pg_temp.expect('a patched revision is not plain', bool_or(is_plain), false) from revision
	where id in (select value::bigint from json_array_elements_text(:'r3_ids'));
select pg_temp.expect('its patch is written down', min(subject), 'a fix'::text) from revision_patch;

execute run_profiles_find('["p2", "p1", "p2", "nope"]') \gset
select pg_temp.expect('each profile counts once', :n::bigint, 2::bigint);
select pg_temp.expect('unknown ones are named', :'unknown'::text, 'nope'::text);
select pg_temp.expect('in the order asked', (:'ids'::json ->> 0)::bigint, (select id from profile where name = 'p2'));

execute run_insert(null, :tree, 'title', 50, '{}', 'key', repeat('0', 64), :'r1_ids', :'ids', 3, '["kvm"]', 'm-1', 5000000000, null, null, null) \gset run_
select pg_temp.expect('revisions x profiles x repeats', :run_jobs::bigint, 12::bigint);
select pg_temp.expect('one lane for each needs', array_agg(needs order by needs), array['{arch:x86_64,kvm,machine:m-1,until-migrations,workload:migrate-hot}']) from (select distinct lane.needs::text from job join lane on lane.id = job.lane_id) n;
select pg_temp.expect('the oldest commit goes first', (select commit_id from revision where id = (select revision_id from job order by id limit 1)),
	(select id from commit where subject = 'commit 2'));
select min(id) as job from job \gset first_
select job_order(:first_job) as job \gset until_
select pg_temp.expect('until so many migrations, or half of what an attempt has', concat_ws(' ', :'until_job'::json -> 'profile' ->> 'migrations', :'until_job'::json -> 'profile' ->> 'duration_s'), '5000000000 3600'::text);
update run set duration_s = 90 where id = :run_id;
select job_order(:first_job) as job \gset until_
select pg_temp.expect('or what was asked for', :'until_job'::json -> 'profile' ->> 'duration_s', '90'::text);
update job set state = 'running' where id = (select min(id) from job);
execute run_cancel(:run_id, null, true) \gset
select pg_temp.expect('a running job is left to its runner', :ended::bigint, 11::bigint);
execute run_show(:'run_id') \gset
select pg_temp.expect('the state says so', :'body'::json -> 'run' ->> 'state', 'cancelled'::text);

create temp table none as execute run_prebuilt('t', repeat('a', 64), '6.10.0', null, null);
select pg_temp.expect('a git tree cannot hold prebuilt kernels, and nothing is made for one', (select count(*) from none) + (select count(*) from commit where sha = repeat('a', 64)), 0::bigint);
execute run_prebuilt('prebuilt', repeat('a', 64), '6.10.0', repeat('a', 64), repeat('9', 64)) \gset pre_
select pg_temp.expect('which files are here', concat_ws(' ', :'pre_has_image', :'pre_has_modules'), 't f'::text);
select pg_temp.expect('a new version has no place yet', :'pre_has_place'::text, 'f'::text);
execute run_prebuilt('prebuilt', repeat('b', 64), '6.9.0-2-amd64', null, null) \gset url_
select pg_temp.expect('files that come from elsewhere need not be here', concat_ws(' ', :'url_has_image', :'url_has_modules'), 't t'::text);
select pg_temp.expect('in the same tree', :url_tree_id::bigint, :pre_tree_id::bigint);
execute run_prebuilt('prebuilt', repeat('c', 64), '6.10.0-rc2', null, null) \gset
execute run_prebuilt('prebuilt', repeat('d', 64), '6.9.0-10-amd64', null, null) \gset
execute run_prebuilt_clear(:pre_tree_id);
execute run_prebuilt_order(:pre_tree_id);
select pg_temp.expect('versions lie in their natural order', string_agg(c.subject, ' ' order by t.ordinal),
	'6.9.0-2-amd64 6.9.0-10-amd64 6.10.0-rc2 6.10.0'::text) from tree_commit t join commit c on c.id = t.commit_id where t.tree_id = :pre_tree_id;
execute run_prebuilt('prebuilt', repeat('a', 64), '6.10.0', null, null) \gset again_
select pg_temp.expect('asked again it is the same, in its place', concat_ws(' ', :again_commit_id, :'again_has_place'), concat_ws(' ', :pre_commit_id, 't'));

-- A kernel that machines run: a version like a prebuilt one, without files; its jobs ask for the release.
insert into profile (name, arch, page_size, config, fs, block_size, workload, duration_s) values ('own', 'ppc64le', 65536, 'running', 'xfs', 4096, 'w', 1);
execute run_prebuilt('running', repeat('e', 64), '6.1.0-50-powerpc64le', null, null) \gset own_
execute run_revisions(:own_tree_id, jsonb_build_array(:own_commit_id), '[]', '[]', '[]', '6.1.0-50-powerpc64le', null, null, null, null) \gset own_
execute run_profiles_find('["p1", "own"]') \gset
select pg_temp.expect('profiles are told apart', concat_ws(' ', :'booted', :'running'), 'p1 own'::text);
execute run_profiles_find('["own"]') \gset
execute run_insert(null, :own_tree_id, 'title', 50, '{}', null, repeat('0', 64), :'own_ids', :'ids', 1, '[]', null, null, null, null, null) \gset own_
select pg_temp.expect('only a machine that runs it may take it', arch, 'ppc64le/6.1.0-50-powerpc64le'::text) from job where run_id = :own_id;
select id as job from job where run_id = :own_id \gset own_
select job_order(:own_job) as job \gset own_
select pg_temp.expect('the runner is told which kernel', :'own_job'::json -> 'revision' ->> 'running', '{"release" : "6.1.0-50-powerpc64le"}'::text);
select pg_temp.expect('it runs as long as its profile says', concat_ws(' ', :'own_job'::json -> 'profile' ->> 'migrations', :'own_job'::json -> 'profile' ->> 'duration_s'), '1'::text);
select pg_temp.expect('there is nothing to fetch', :'own_job'::json -> 'revision' ->> 'prebuilt', null::text);

-- Whoever orders a revision with posted code: it is built where builds are confined.
execute run_profiles_find('["p1"]') \gset
execute run_insert(null, :tree, 'again', 50, '{}', null, 'settle', :'r3_ids', :'ids', 1, '["kvm"]', null, null, null, null, null) \gset posted_
execute run_insert(null, :tree, 'plain', 50, '{}', null, 'settle', :'r1_ids', :'ids', 1, '["kvm"]', null, null, null, null, null) \gset plain_
select pg_temp.expect('posted code asks for a sandbox, other code does not', string_agg(distinct concat_ws(' ', run.title, array_to_string(lane.needs, ',')), '; '),
	'again arch:x86_64,kvm,sandbox,workload:migrate-hot; plain arch:x86_64,kvm,workload:migrate-hot')
	from run join job on job.run_id = run.id join lane on lane.id = job.lane_id where run.id in (:posted_id, :plain_id);
