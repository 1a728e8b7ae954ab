-- What idle machines try: of which tree, within which minutes, and not twice at once.
\ir attempts.fixture
\set q `cat db/queries/cell_next.sql`
prepare cell_next as :q;
\set q `cat db/queries/cell_tried.sql`
prepare cell_tried as :q;
\set q `cat db/queries/cell_put.sql`
prepare cell_put as :q;
select id as t from tree \gset
insert into tree_commit (tree_id, commit_id, ordinal) select :t, id, 0 from commit;
update attempt set state = 'done', result = 'crash', ended_at = now();
update job set state = 'done', ended_at = now();
update machine set tags = '{arch:x86_64,arch:arm64}', health = 'good';
insert into bug (title, type) values ('f', 'BUG'), ('seldom', 'BUG');
select min(id) as f, max(id) as seldom from bug \gset
insert into bug_tally (bug_id, revision_id, profile_id, attempts, occurrences, last_at, done, known, exposure, whole_known, whole_exposure)
select b.id, r.id, p.id, case b.title when 'f' then 3 else 2 end, 3, now(), 2, 0, 0, 0, 0 from bug b, revision r, profile p where r.is_plain;
create function pg_temp.due() returns text language plpgsql as $$
declare
	got record;
begin
	update tree_policy set cells_at = null;
	execute 'execute cell_next(14)' into got;
	return case when got.tree_id is null then 'none' else concat_ws(' ', got.tree, got.machines, got.arches, got.left_minutes) end;
end $$;
select pg_temp.expect('nothing without a policy', pg_temp.due(), 'none');
insert into tree_policy (tree_id, profiles) select :t, array[id] from profile;
select pg_temp.expect('nor without minutes', pg_temp.due(), 'none');
update tree_policy set bisect_minutes = 60;
select pg_temp.expect('a tree, who is idle, and for what', pg_temp.due(), 't ["m"] ["arm64", "x86_64"] 60');
create temp table next as execute cell_next(14);
select pg_temp.expect('not again within a minute', count(*), 0::bigint) from next;
update tree_policy set cells_at = null;
drop table next;
create temp table next as execute cell_next(14);
select pg_temp.expect('bugs that were seen in three attempts', bugs, '[' || :f || ']') from next;
-- What is more urgent goes first, for its architecture.
select run_id as u, profile_id as p from job limit 1 \gset
update lane set is_open = true, priority = 16;
select pg_temp.expect('not where something more urgent waits', pg_temp.due(), 't ["m"] ["arm64"] 60');
update lane set priority = 10;
select pg_temp.expect('what is less urgent does not keep it', pg_temp.due(), 't ["m"] ["arm64", "x86_64"] 60');
update lane set is_open = false;
update machine set state = 'draining';
select pg_temp.expect('nobody is idle', pg_temp.due(), 'none');
update machine set state = 'active';
update attempt set state = 'running', ended_at = null, result = null where id = :a1;
select pg_temp.expect('nor who is at work', pg_temp.due(), 'none');
update attempt set state = 'done', ended_at = now(), result = 'clean' where id = :a1;
-- One run at a time, which the tree's minutes pay for.
execute cell_put(:u, :t, :f, 'file system', 'ext4', 0.1);
update job set state = 'queued', ended_at = null where id = (select min(id) from job);
select pg_temp.expect('one at a time', pg_temp.due(), 'none');
update job set state = 'done', ended_at = now();
update attempt set started_at = now() - interval '50 minutes', ended_at = now() where id = :a1;
select pg_temp.expect('which pays', pg_temp.due(), 't ["m"] ["arm64", "x86_64"] 10');
create temp table tried as execute cell_tried(:f);
select pg_temp.expect('how often', concat_ws(' ', factor, level, runs), 'file system ext4 1') from tried;
insert into commit (sha, subject, author, authored_at, committed_at) values (repeat('b', 40), 'n', 'A', now(), now()) returning id as n \gset
insert into bisection (tree_id, profile_id, kind, bug_id, older_id, newer_id, budget_minutes, state, used_minutes, ended_at)
select :t, :p, 'broken', :f, c.id, :n, 60, 'found', 10, now() from commit c where c.id <> :n;
select pg_temp.expect('and searches pay from the same', pg_temp.due(), 'none');
