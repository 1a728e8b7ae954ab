-- Fixes: found by title in each tree, also behind a merge; reverted; closed when all trees have them; seen again behind them.
\ir attempts.fixture

-- The line of t: 0 1 2 3=merge(2, s2) 4 5=Revert; beside it s1 (from 1), s2 (from s1, the fix), and s3 (from s2, lands nowhere).
insert into tree (name, kind, url, branch) values ('stable', 'git', 'file:///s', 'main'), ('kernels', 'prebuilt', null, null);
select id as tree from tree where name = 't' \gset
select id as stable from tree where name = 'stable' \gset
create temp table made (name text, subject text, ordinal bigint, parents text[]);
insert into made values ('0', 'zero', 0, '{}'), ('1', 'one', 1, '{0}'), ('2', 'two', 2, '{1}'), ('3', 'Merge branch s', 3, '{2,b}'), ('4', 'four', 4, '{3}'),
	('5', 'Revert "iomap: get/put the page"', 5, '{4}'), ('6', 'Reapply "iomap: get/put the page"', 6, '{5}'), ('a', 's one', null, '{1}'), ('b', 'iomap: get/put the page', null, '{a}'), ('c', 's three', null, '{b}');
insert into commit (sha, subject, author, authored_at, committed_at) select repeat(name, 40), subject, 'A', now(), now() from made where name <> 'a';
update commit set subject = 's one' where sha = repeat('a', 40);
insert into commit_parent select c.id, p.n - 1, x.id from made m cross join unnest(m.parents) with ordinality p (name, n) join commit c on c.sha = repeat(m.name, 40) join commit x on x.sha = repeat(p.name, 40);
insert into tree_commit select t.id, c.id, m.ordinal from made m join commit c on c.sha = repeat(m.name, 40) join tree t on t.name = 't' where m.name <> '6';
insert into revision (hash, tree_id, commit_id, is_plain) select encode(sha256(convert_to('plain ' || m.name, 'UTF8')), 'hex'), t.id, c.id, true
	from made m join commit c on c.sha = repeat(m.name, 40) join tree t on t.name = 't';

create function pg_temp.has(bug bigint) returns text language sql as $$
	select coalesce(string_agg(m.name, '' order by m.name), '') from made m join revision r on r.hash = encode(sha256(convert_to('plain ' || m.name, 'UTF8')), 'hex')
	where bug_fix_holds(bug, r.id)
$$;
create function pg_temp.trees(bug bigint) returns text language sql as $$
	select string_agg(t.name || ' ' || x.is_in || coalesce(' ' || x.ordinal, ''), ', ' order by t.name) from bug_fix_tree x join tree t on t.id = x.tree_id where x.bug_id = bug
$$;

execute bug_add('T', 'BUG', 'linux', 'open') \gset
execute bug_title_add(:id, '{T}');
select pg_temp.expect('no fix, no revision with it', pg_temp.has(:id), '');
create temp table short as execute bug_fix_commit_find(:id, 'bbbbbbb');
select pg_temp.expect('a hash stands for its commit', subject, 'iomap: get/put the page') from short;
create temp table unknown as execute bug_fix_commit_find(:id, 'fffffff');
select pg_temp.expect('or for none', count(*), 0::bigint) from unknown;

-- Without the revert
update tree_commit set ordinal = null where ordinal = 5;
execute bug_fix_put(:id, null, 'iomap: get/put the page', null) \gset
execute bug_fix_search(:id, null);
create temp table beside as execute bug_fix_unlanded(:tree);
select pg_temp.expect('it lies beside the line', count(*), 1::bigint) from beside;
execute bug_fix_land(:id, null);
select pg_temp.expect('the merge brings it', pg_temp.trees(:id), 'stable false, t true 3');
select pg_temp.expect('the merge and what is above it, the commit itself, what is built on that; not what reverts it beside the line', pg_temp.has(:id), '34bc');
execute bug_fix_close(:id, 'linux');
select pg_temp.expect('another tracked tree has it not: open', state, 'open') from bug where id = :id;
create temp table same as execute bug_fix_same(:id, null, 'iomap: get/put the page', null);
select pg_temp.expect('it is named so', count(*), 1::bigint) from same;

-- Reverted on the line, and taken back
update tree_commit tc set ordinal = 5 from commit c where c.id = tc.commit_id and c.sha = repeat('5', 40);
execute bug_fix_search(null, :tree);
select pg_temp.expect('the revert is found', pg_temp.trees(:id), 'stable false, t false 5');
select pg_temp.expect('from there on it is not in', pg_temp.has(:id), '34bc');
insert into tree_commit select t.id, c.id, 6 from tree t, commit c where t.name = 't' and c.sha = repeat('6', 40);
execute bug_fix_search(null, :tree);
select pg_temp.expect('reapplied', pg_temp.trees(:id) || ' ' || pg_temp.has(:id), 'stable false, t true 6 346bc');

-- A revision that reverts or patches it away
insert into revision (hash, tree_id, commit_id, is_plain) select repeat('e', 64), r.tree_id, r.commit_id, false from revision r where r.hash = encode(sha256('plain 4'), 'hex') returning id as reverted \gset
select pg_temp.expect('as it is', bug_fix_holds(:id, :reverted), true);
insert into revision_revert values (:reverted, 0, repeat('b', 40));
select pg_temp.expect('the revision reverts the fix', bug_fix_holds(:id, :reverted), false);
delete from revision_revert;
insert into blob (sha256, size_bytes) values (repeat('0', 64), 1);
insert into revision_patch values (:reverted, 0, repeat('0', 64), '[PATCH v2 1/3] iomap: get/put the page');
select pg_temp.expect('a patch of that name changes nothing', bug_fix_holds(:id, :reverted), true);
update revision_patch set subject = '[PATCH] Revert "iomap: get/put the page"';
select pg_temp.expect('a patch that reverts it does', bug_fix_holds(:id, :reverted), false);

-- A tree where the fix has another name; all have it
insert into commit (sha, subject, author, authored_at, committed_at) values (repeat('d', 40), 'iomap: backport', 'A', now(), now());
insert into tree_commit select t.id, c.id, 0 from tree t, commit c where t.name = 'stable' and c.sha = repeat('d', 40);
execute bug_fix_put(:id, :stable, 'iomap: backport', null) \gset
execute bug_fix_search(:id, null);
execute bug_fix_land(:id, null);
select pg_temp.expect('each tree has its own title', pg_temp.trees(:id), 'stable true 0, t true 6');
execute bug_fix_close(null, 'linux');
select pg_temp.expect('every tracked tree has it: fixed', b.state || ' ' || h.action || ' ' || h.detail || coalesce(h.token_id::text, ' by itself'), 'fixed fixed all 2 tracked trees have it by itself')
	from bug b join bug_history h on h.bug_id = b.id where b.id = :id;
execute bug_fix_close(null, 'linux');
select pg_temp.expect('told once', count(*), 1::bigint) from bug_history where bug_id = :id;

-- Seen again: attempt 1 tests 2 (without the fix), attempt 2 tests 4 (with it)
update job j set revision_id = r.id from attempt a, revision r where a.job_id = j.id and a.id = :a1 and r.hash = encode(sha256('plain 2'), 'hex');
update job j set revision_id = r.id from attempt a, revision r where a.job_id = j.id and a.id = :a2 and r.hash = encode(sha256('plain 4'), 'hex');
execute bug_follow(:id, :a1, null) \gset
select pg_temp.expect('a revision without the fix only counts', :bug_id::bigint, :id::bigint);
create temp table ahead as execute bug_follow(:id, :a2, null);
select pg_temp.expect('one with it wants a bug of its own', coalesce(bug_id::text, 'new') || ' behind ' || last_id, 'new behind ' || :id) from ahead;
create temp table stays as execute bug_follow(:id, :a2, :id);
select pg_temp.expect('a report that was kept before the fix was named stays', bug_id, :id::bigint) from stays;
execute bug_add_next(:id, :a2) \gset next_
select pg_temp.expect('it is named after the first, reopened, and knows it', title || ' ' || state || ' ' || (previous_id = :id)::text, 'T (2) reopened true') from bug where id = :next_id;
select pg_temp.expect('both lives say so', string_agg(action || ' ' || (other_id in (:id, :next_id))::text || ' ' || detail, '; ' order by id),
	'reopened true seen on 444444444444 of t, which has "iomap: get/put the page"; seen_again true seen on 444444444444 of t, which has "iomap: get/put the page"') from bug_history where other_id is not null;
select pg_temp.expect('the older one stays closed', state, 'fixed') from bug where id = :id;
execute bug_follow(:id, :a2, null) \gset
select pg_temp.expect('the next such report is its', :bug_id::bigint, :next_id::bigint);
execute bug_fix_put(:next_id, null, 'four', null) \gset
execute bug_fix_search(:next_id, null);
create temp table third as execute bug_follow(:id, :a2, null);
select pg_temp.expect('and when that one''s fix is in, too: a third', coalesce(bug_id::text, 'new') || ' behind ' || last_id, 'new behind ' || :next_id) from third;
execute bug_add_next(:next_id, :a2) \gset third_
select pg_temp.expect('the third', title, 'T (3)') from bug where id = :third_id;
execute bug_forget(:third_id);
execute bug_unsay(:third_id);
execute bug_drop(:third_id);
select pg_temp.expect('one that its last report has left goes without a word', (select count(*) from bug where id = :third_id) + (select count(*) from bug_history where :third_id in (bug_id, other_id)), 0::bigint);
update bug set state = 'duplicate', duplicate_of = :id where id = :next_id;
execute bug_follow(:id, :a2, null) \gset
select pg_temp.expect('led in a circle, the oldest has it', :bug_id::bigint, :id::bigint);

-- A tree that needs no fix
execute bug_add('N', 'BUG', 'linux', 'open') \gset needless_
execute bug_needless_put(:needless_id, :stable);
create temp table unnamed as execute bug_needless_find(:needless_id, :stable);
select pg_temp.expect('no fix, nothing to need', count(*), 0::bigint) from unnamed;
execute bug_fix_put(:needless_id, null, 'iomap: get/put the page', null) \gset
execute bug_fix_search(:needless_id, null);
execute bug_fix_land(:needless_id, null);
select pg_temp.expect('it counts in trees that need it', bug_fix_pending(:needless_id)::text, '{"in": 1, "of": 1}');
execute bug_needless_drop(:needless_id, :stable);
select pg_temp.expect('and in the other again', bug_fix_pending(:needless_id)::text, '{"in": 1, "of": 2}');
execute bug_needless_put(:needless_id, :stable);
execute bug_needless_put(:needless_id, :tree);
create temp table needs as execute bug_needless_find(:needless_id, :tree);
select pg_temp.expect('said, and in', is_in and is_needless, true) from needs;
execute bug_fix_close(:needless_id, 'linux');
select pg_temp.expect('the tree that needs it has it: fixed', b.state || ' ' || h.detail, 'fixed 1 of 2 tracked trees have it, the others need no fix')
	from bug b join bug_history h on h.bug_id = b.id where b.id = :needless_id;
select pg_temp.expect('no fix is waited for', bug_fix_pending(:needless_id), null);
execute bug_add('N2', 'BUG', 'linux', 'open') \gset nowhere_
execute bug_fix_put(:nowhere_id, null, 'never made', null) \gset
execute bug_needless_put(:nowhere_id, :stable);
execute bug_needless_put(:nowhere_id, :tree);
execute bug_fix_close(:nowhere_id, 'linux');
select pg_temp.expect('a fix that no tree has closes nothing', state, 'open') from bug where id = :nowhere_id;
create temp table same_named as execute bug_fix_put(:nowhere_id, :stable, 'x', null);
select pg_temp.expect('a name in the tree says that it needs it', string_agg(tree_id::text, ' '), :'tree') from bug_needless where bug_id = :nowhere_id;

-- Withdrawn
execute bug_fix_drop(:id) \gset
select pg_temp.expect('what was withdrawn', :'titles'::text, 'iomap: backport; iomap: get/put the page'::text);
select pg_temp.expect('nothing is left of it', pg_temp.has(:id) || coalesce(pg_temp.trees(:id), '-'), '-');
