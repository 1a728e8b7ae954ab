-- Searches for a commit: which ends are taken, what a range holds, what counts, and what is kept.
\set q `cat db/queries/bisection_add.sql`
prepare bisection_add as :q
;
\set q `cat db/queries/bisection_fill.sql`
prepare bisection_fill as :q
;
\set q `cat db/queries/bisection_evidence.sql`
prepare bisection_evidence as :q
;
\set q `cat db/queries/bisection_keep.sql`
prepare bisection_keep as :q
;
\set q `cat db/queries/bisection_next.sql`
prepare bisection_next as :q
;
\set q `cat db/queries/bisection_cancel.sql`
prepare bisection_cancel as :q
;
\set q `cat db/queries/bisection_near_next.sql`
prepare bisection_near_next as :q
;
\set q `cat db/queries/bisection_near_commits.sql`
prepare bisection_near_commits as :q
;
\set q `cat db/queries/bisection_near_keep.sql`
prepare bisection_near_keep as :q
;
\set q `cat db/queries/bisection_parents.sql`
prepare bisection_parents as :q
;
create function pg_temp.expect(what text, got anyelement, wanted anyelement) returns void language plpgsql as $$
begin
	if got is distinct from wanted then raise exception '%: got %, wanted %', what, got, wanted; end if;
end $$;
-- The line c0 … c9; s1 and s2 left it at c1 and were merged by c5; t1 left at c0, was merged by c2, and again, with t2, by c6.
insert into tree (name, kind, url, branch) values ('t', 'git', 'file:///t', 'main');
insert into commit (sha, subject, author, authored_at, committed_at)
select lpad(to_hex(n), 40, '0'), subject, 'A', now(), now() from unnest(array['c0', 't1', 'c1', 's1', 'c2', 's2', 'c3', 'c4', 'c5', 't2', 'c6', 'c7', 'c8', 'c9']) with ordinality c (subject, n);
insert into tree_commit (tree_id, commit_id, ordinal) select t.id, c.id, case when c.subject like 'c%' then right(c.subject, 1)::integer end from tree t, commit c;
insert into commit_parent (commit_id, position, parent_id)
select c.id, p.n - 1, o.id
from (values ('t1', 'c0'), ('c1', 'c0'), ('s1', 'c1'), ('c2', 'c1 t1'), ('s2', 's1'), ('c3', 'c2'), ('c4', 'c3'), ('c5', 'c4 s2'), ('t2', 't1'), ('c6', 'c5 t2'), ('c7', 'c6'), ('c8', 'c7'), ('c9', 'c8')) l (child, parents)
	join commit c on c.subject = l.child cross join regexp_split_to_table(l.parents, ' ') with ordinality p (subject, n) join commit o on o.subject = p.subject;
insert into profile (name, arch, page_size, config, fs, block_size, memory_mb, cpus, numa_nodes, workload, duration_s) values ('p', 'x86_64', 4096, 'tiny', 'xfs', 1024, 512, 2, 2, 'w', 5);
insert into revision (hash, tree_id, commit_id, is_plain) select encode(sha256(c.subject::bytea), 'hex'), t.id, c.id, true from tree t, commit c where c.subject in ('c0', 'c2', 'c7', 'c8', 'c9');
insert into token (kind, name, hash) values ('runner', 'r', sha256('r'));
insert into machine (name, arch, cpus, memory_mb, runner_version, kernel_release, cpu_model) values ('m', 'x86_64', 2, 512, '1', '6', 'x');
insert into run (tree_id, title, request, request_hash) select id, 'r', '{}', '' from tree;
insert into job (run_id, revision_id, profile_id, repeat, arch, priority, attempts_max, state, ended_at) select u.id, r.id, p.id, 0, 'x86_64', 50, 3, 'done', now() from run u, revision r, profile p;
insert into attempt (job_id, number, machine_id, claim_id, claimed_at, started_at, lease_until, state, result, ended_at, exposure)
select j.id, 1, m.id, gen_random_uuid(), now(), now() - interval '1 minute', now(), 'done', case c.subject when 'c7' then 'crash' when 'c8' then 'no_boot' else 'clean' end, now(), case c.subject when 'c7' then 40 when 'c8' then null else 1000 end
from job j join revision r on r.id = j.revision_id join commit c on c.id = r.commit_id, machine m;
insert into bug (title, type, state) values ('BUG in f', 'BUG', 'open') returning id as bug \gset
insert into occurrence (attempt_id, claimed_at, start_byte, end_byte, bug_id, title, reader_version, is_corrupted, exposure, report) select id, claimed_at, 0, 10, :bug, 'BUG in f', 1, false, 40, '{}' from attempt where result = 'crash';
insert into tally table tally_now on conflict do nothing;
insert into bug_tally table bug_tally_now on conflict do nothing;

create function pg_temp.name(id bigint) returns text language sql as $$ select subject from commit where commit.id = $1 $$;
create temp table got as execute bisection_add('999999999', 'broken', null, null, null, null, 60, null);
select pg_temp.expect('of no bug', why, 'no_bug') from got;
drop table got;
create temp table got as execute bisection_add(:'bug', 'broken', 'elsewhere', null, null, null, 60, null);
select pg_temp.expect('where it was not seen', why, 'not_seen') from got;
drop table got;
create temp table got as execute bisection_add(:'bug', 'broken', null, null, 'c9', null, 60, null);
select pg_temp.expect('no ref and no hash is called so', why, 'no_older') from got;
drop table got;
create temp table got as execute bisection_add(:'bug', 'fixed', null, null, null, null, 60, null);
select pg_temp.expect('what took it away lies from the last with it to the first clean one', pg_temp.name(older_id) || ' ' || pg_temp.name(newer_id), 'c7 c9') from bisection;
delete from bisection;
drop table got;
create temp table got as execute bisection_add(:'bug', 'broken', null, null, null, null, 60, null);
select pg_temp.expect('what brought it lies from the last clean one to the first with it', pg_temp.name(older_id) || ' ' || pg_temp.name(newer_id) || ' ' || is_new, 'c2 c7 true') from bisection, got;
create temp table again as execute bisection_add(:'bug', 'broken', null, null, null, null, 60, null);
select pg_temp.expect('a second one is the first', a.id = g.id and not a.is_new, true) from again a, got g;
select id as b from got \gset

create temp table filled as execute bisection_fill(:b, 3);
select pg_temp.expect('too many are counted', (select commits from filled) || ' ' || (select count(*) from bisection_commit), '9 0');
drop table filled;
create temp table filled as execute bisection_fill(:b, 100);
select pg_temp.expect('a range is what the newer end holds and the older does not', string_agg(pg_temp.name(commit_id), ' ' order by position), 'c2 s1 s2 c3 c4 c5 t2 c6 c7') from bisection_commit;
select pg_temp.expect('what left before stands on the older end', string_agg(pg_temp.name(c.commit_id) || '<' || pg_temp.name(p.commit_id), ' ' order by l.position, l.parent), 's1<c2 s2<s1 c3<c2 c4<c3 c5<s2 c5<c4 t2<c2 c6<c5 c6<t2 c7<c6')
from bisection_parent l join bisection_commit c on c.position = l.position join bisection_commit p on p.position = l.parent;
create temp table evidence as execute bisection_evidence(:b);
select pg_temp.expect('every attempt of the range counts', string_agg(pg_temp.name(c.commit_id) || ' ' || what || ' ' || exposure, ', ' order by e.position), 'c2 clean 1000, c7 event 40') from evidence e join bisection_commit c using (position);
select pg_temp.expect('others asked for them', bool_or(is_own), false) from evidence;
insert into bisection_run (bisection_id, run_id) select distinct :b::bigint, j.run_id from evidence e join attempt a on a.id = e.attempt_id join job j on j.id = a.job_id;
create temp table own as execute bisection_evidence(:b);
select pg_temp.expect('or the search itself did', bool_and(is_own), true) from own;
delete from bisection_run;

select array_agg(attempt_id order by attempt_id) as ids from evidence \gset
create temp table due as execute bisection_next;
select pg_temp.expect('it is due, and was never looked at', id = :b and is_first and machines = 1, true) from due;
select pg_temp.expect('it is due once', count(*), 1::bigint) from due;
execute bisection_keep(:b, 'running', 0.1, 2.5, 12, 3, 0, '{0,0.1,0.1,0.1,0.1,0.1,0.1,0.1,0.2}', :'ids', '{0,8}', '{f,t}', '{1,0.04}', '{0.5,1.5}', 7, '{null,null}', 0.3, 4, 5);
select pg_temp.expect('what is believed is kept', round(sum(belief)::numeric, 6) || ' ' || max(belief), '0.900000 0.2') from bisection_commit;
select pg_temp.expect('and what each told', sum(bits) || ' ' || count(*) filter (where has_event), '2 1') from bisection_attempt;
create temp table later as execute bisection_next;
select pg_temp.expect('nothing has happened since', count(*), 0::bigint) from later;
select pg_temp.expect('in words', bisection_words(:b) ->> 'state' || ' ' || (bisection_words(:b) ->> 'commits'), 'running 8');
-- What touches paths near the crash: asked once the range is laid out, and once more when the files of its frames are known.
create temp table near as execute bisection_near_next;
select pg_temp.expect('its frames are asked about', id || ' ' || tree || ' ' || reports, :b || ' t [[]]') from near;
create temp table sought as execute bisection_near_commits(:b);
select pg_temp.expect('all but the older end', count(*), 8::bigint) from sought;
select sha as s1 from commit where subject = 's1' \gset
select sha as c4 from commit where subject = 'c4' \gset
execute bisection_near_keep(:b, 'functions', 4, array[:'s1', :'c4'], array['fs/xfs/', 'mm/migrate.c']);
create temp table weighed as execute bisection_parents(:b);
select pg_temp.expect('they weigh more', string_agg(distinct pg_temp.name(commit_id) || ' ' || weight, ', '), 'c4 4, s1 4') from weighed where weight <> 1;
create temp table again_due as execute bisection_next;
select pg_temp.expect('it is weighed anew, not laid out anew', id = :b and not is_first, true) from again_due;
drop table near;
create temp table near as execute bisection_near_next;
select pg_temp.expect('which is known then', count(*), 0::bigint) from near;
update occurrence set source_file = 'fs/iomap/buffered-io.c' where bug_id = :bug;
drop table near;
create temp table near as execute bisection_near_next;
select pg_temp.expect('but files tell more', count(*), 1::bigint) from near;
execute bisection_near_keep(:b, 'files', 4, array[:'c4'], array['mm/']);
select pg_temp.expect('and take back what functions said', string_agg(pg_temp.name(commit_id) || ' ' || near || ' ' || weight, ', '), 'c4 mm/ 4') from bisection_commit where near is not null or weight <> 1;
select pg_temp.expect('of nine commits all are credible', count(*), 8::bigint) from bisection_credible(:b);
insert into token (kind, name, hash) values ('trigger', 'ann', sha256('a')), ('trigger', 'bob', sha256('b')), ('admin', 'root', sha256('root'));
insert into token (kind, name, hash, owner_id) select 'trigger', 'ann-script', sha256('s'), id from token where name = 'ann';
select min(id) filter (where name = 'ann') as ann, min(id) filter (where name = 'bob') as bob, min(id) filter (where name = 'root') as root, min(id) filter (where name = 'ann-script') as script from token \gset
update bisection set token_id = null;
create temp table denied as execute bisection_cancel(:'b', :ann, false);
select pg_temp.expect('what Faultline began is no user''s to end', is_allowed::text || ' ' || (owner is null)::text || ' ' || (select state from bisection), 'false true running') from denied;
update bisection set token_id = :script;
execute bisection_cancel(:'b', :bob, false) \gset cancel_
select pg_temp.expect('nor is another''s', array[:'cancel_is_allowed', :'cancel_owner', (select state from bisection)], array['f', 'ann-script', 'running']);
savepoint admin;
execute bisection_cancel(:'b', :root, true) \gset cancel_
select pg_temp.expect('an admin ends any', :'cancel_is_allowed' || ' ' || state, 't cancelled') from bisection;
rollback to admin;
create temp table ended as execute bisection_cancel(:'b', :ann, false);
select pg_temp.expect('who ended it is known', cancelled_by, :ann::bigint) from bisection;
update bisection set cancelled_by = null;
select pg_temp.expect('somebody ends it', (select count(*) from ended) || ' ' || state || ' ' || (ended_at is not null), '1 cancelled true') from bisection;

-- Unasked, and only where a policy has minutes for it; each kind once.
\set q `cat db/queries/bisection_wanted.sql`
prepare bisection_wanted as :q
;
\set q `cat db/queries/bisection_confirm.sql`
prepare bisection_confirm as :q
;
create temp table confirm as execute bisection_confirm;
select pg_temp.expect('nothing confirms what was not found', count(*), 0::bigint) from confirm;
update bisection set state = 'found', clean_runs = 4 where id = :b;
drop table confirm;
create temp table confirm as execute bisection_confirm;
select pg_temp.expect('the likeliest beside its parent, and on the newer end', concat_ws(' ', pg_temp.name(newer_id), subject, pg_temp.name(parent_id), is_merge, clean_runs), 'c7 c7 c6 f 4') from confirm;
update bisection set kind = 'fixed' where id = :b;
drop table confirm;
create temp table confirm as execute bisection_confirm;
select pg_temp.expect('a fix waits for its patch', count(*), 0::bigint) from confirm;
\set q `cat db/queries/bisection_confirm_want.sql`
prepare bisection_confirm_want as :q
;
\set q `cat db/queries/commit_patch_next.sql`
prepare commit_patch_next as :q
;
\set q `cat db/queries/commit_patch_put.sql`
prepare commit_patch_put as :q
;
execute bisection_confirm_want;
execute bisection_confirm_want;
create temp table patch as execute commit_patch_next;
select pg_temp.expect('which is wanted once', string_agg(pg_temp.name(commit_id) || ' ' || tree || ' ' || parents, ', '), 'c7 t 1') from patch;
select commit_id as patched from patch \gset
execute commit_patch_put(:patched, null, 'git says no');
create temp table fix_confirm as execute bisection_confirm;
select pg_temp.expect('or cannot be made', patch is null and is_fix, true) from fix_confirm;
update bisection set kind = 'broken' where id = :b;
update bisection_commit set belief = 0.5 where pg_temp.name(commit_id) = 'c6';
drop table confirm;
create temp table confirm as execute bisection_confirm;
select pg_temp.expect('a merge is one', is_merge, true) from confirm;
delete from bisection;
update bug_tally set attempts = 2, occurrences = 2;
create temp table wanted as execute bisection_wanted;
select pg_temp.expect('nothing without a policy', count(*), 0::bigint) from wanted;
insert into tree_policy (tree_id, profiles, bisect_minutes) select t.id, array[p.id], 60 from tree t, profile p;
drop table wanted;
create temp table wanted as execute bisection_wanted;
select pg_temp.expect('what brought it', kind || ' ' || tree || ' ' || profile || ' ' || budget_minutes, 'broken t p 60') from wanted;
drop table wanted;
execute bisection_add(:'bug', 'broken', null, null, null, null, 60, null);
create temp table wanted as execute bisection_wanted;
select pg_temp.expect('one at a time', count(*), 0::bigint) from wanted;
drop table wanted;
update bisection set state = 'found', ended_at = now(), used_minutes = 59;
create temp table wanted as execute bisection_wanted;
select pg_temp.expect('it has not gone while a single attempt says so', count(*), 0::bigint) from wanted;
drop table wanted;
update tally t set attempts = 3 from revision r where r.id = t.revision_id and pg_temp.name(r.commit_id) = 'c9';
create temp table wanted as execute bisection_wanted;
select pg_temp.expect('three do', kind, 'fixed') from wanted;
drop table wanted;
update bisection set used_minutes = 60;
create temp table wanted as execute bisection_wanted;
select pg_temp.expect('not beyond the day''s minutes', count(*), 0::bigint) from wanted;

-- A break of a build is sought from one attempt on; what is gone in numbers is sought whoever has said so, and however seldom it was seen.
update bisection set used_minutes = 0;
insert into bug (title, type, state) values ('build error: a.c: b', 'BUILD', 'new') returning id as build \gset
insert into bug_tally (bug_id, revision_id, profile_id, attempts, occurrences, last_at, done, known, exposure, whole_known, whole_exposure)
select :build, r.id, p.id, 1, 1, now(), 1, 0, 0, 0, 0 from revision r, profile p where pg_temp.name(r.commit_id) = 'c8';
drop table wanted;
create temp table wanted as execute bisection_wanted;
select pg_temp.expect('which commit broke the build', kind || ' ' || (bug_id = :build), 'broken true') from wanted;
insert into bisection (tree_id, profile_id, kind, bug_id, older_id, newer_id, budget_minutes, state, ended_at)
select x.tree_id, x.profile_id, k.kind, k.bug_id, x.older_id, x.newer_id, 1, 'cancelled', now() from bisection x, (values ('broken', :build), ('fixed', :bug)) k (kind, bug_id);
drop table wanted;
create temp table wanted as execute bisection_wanted;
select pg_temp.expect('one attempt does not say that it has gone', count(*), 0::bigint) from wanted;
insert into bug_gone (bug_id, tree_id, last_id, first_id, exposure, due, chance)
select :build, t.id, l.id, f.id, 3, 0, 1 from tree t, commit l, commit f where l.subject = 'c8' and f.subject = 'c9';
drop table wanted;
create temp table wanted as execute bisection_wanted;
select pg_temp.expect('numbers do', kind || ' ' || (bug_id = :build), 'fixed true') from wanted;
insert into bisection (tree_id, profile_id, kind, bug_id, older_id, newer_id, budget_minutes) select x.tree_id, x.profile_id, 'broken', :build, x.older_id, x.newer_id, 1 from bisection x where x.bug_id = :bug and x.kind = 'broken' returning id as w \gset
update bisection x set newer_id = c.id from commit c where x.id = :w and c.subject = 'c8';
execute bisection_fill(:w, 100);
update attempt a set result = 'no_build' from job j join revision r on r.id = j.revision_id where a.job_id = j.id and pg_temp.name(r.commit_id) = 'c8';
insert into occurrence (attempt_id, claimed_at, start_byte, end_byte, bug_id, title, reader_version, is_corrupted, report)
select a.id, a.claimed_at, 0, 10, :build, 'build error: a.c: b', 1, false, '{}' from attempt a where a.result = 'no_build';
update attempt a set result = 'no_boot' from job j join revision r on r.id = j.revision_id where a.job_id = j.id and pg_temp.name(r.commit_id) = 'c7';
create temp table built as execute bisection_evidence(:w);
select pg_temp.expect('of a build all is clean that was built, whatever work was done', string_agg(concat_ws(' ', pg_temp.name(c.commit_id), e.what, coalesce(e.exposure::text, '-')), ', ' order by e.position), 'c2 clean -, c7 clean -, c8 event -')
from built e join bisection_commit c on c.bisection_id = :w and c.position = e.position;
update attempt set result = case result when 'no_boot' then 'crash' when 'no_build' then 'no_boot' else result end;
delete from occurrence where bug_id = :build;
delete from bisection where bug_id = :build or state = 'cancelled';
delete from bug_gone;
delete from bug_tally where bug_id = :build;
update bisection set used_minutes = 60;

-- What was found is told once, in the bug's thread, when what confirms it has ended.
\set q `cat db/queries/alert_decide_found.sql`
prepare decide as :q
;
select id as f from bisection \gset
execute bisection_fill(:f, 100);
update bisection_commit set belief = case pg_temp.name(commit_id) when 'c4' then 0.995 when 's2' then 0.004 else 0 end where bisection_id = :f;
update bisection set clean_runs = 5, ended_at = now() where id = :f;
create temp table told as execute decide;
select pg_temp.expect('not before it was looked to what confirms it', alerts, '{}') from told;
\set q `cat db/queries/bisection_side_put.sql`
prepare bisection_side_put as :q
;
\set q `cat db/queries/bisection_confirm_put.sql`
prepare bisection_confirm_put as :q
;
select r.id as bad from revision r where pg_temp.name(r.commit_id) = 'c7' \gset
select r.id as good from revision r where pg_temp.name(r.commit_id) = 'c2' \gset
create temp table tried as execute bisection_side_put(:f, 3, 'the newer end', :bad);
select pg_temp.expect('what there is already', tried, 1::bigint) from tried;
execute bisection_side_put(:f, 2, 'its parent', :good);
select min(id) as confirming from run \gset
execute bisection_confirm_put(:f, :confirming);
update job set ended_at = null where revision_id = :good;
drop table told;
create temp table told as execute decide;
select pg_temp.expect('nor while it is being confirmed', alerts, '{}') from told;
select pg_temp.expect('sides are counted', string_agg(what || ' ' || hits || ' ' || clean || ' ' || waiting, ', '), 'its parent 0 1 1, the newer end 1 0 0') from bisection_sides(:f);
update job set ended_at = now();
drop table told;
create temp table told as execute decide;
create temp table again_told as execute decide;
select pg_temp.expect('once', (select alerts from told) <> '{}' and (select alerts from again_told) = '{}', true);
select pg_temp.expect('in its thread', kind || ' ' || thread || ' ' || title, 'commit_found bug:' || :bug || ' ' || (select left(sha, 12) from commit where subject = 'c4') || ' ("c4") brought BUG in f, t') from alert;
select pg_temp.expect('with what a mail needs', (select string_agg(line, E'\n') from regexp_split_to_table(alert_payload(id, 'http://x') #>> '{search,text}', E'\n') line where line ~ '^(Fixes|older|To check|confirmed|bug:|search:)'),
	format(E'older end:    %s ("c2")\nconfirmed:    its parent: 0 with it, 1 clean\nbug:          http://x/bugs/%s\nsearch:       http://x/bisections/%s\nFixes: %s ("c4")\nTo check by hand (where it is, 5 clean attempts in a row come once in a hundred):',
		(select left(sha, 12) from commit where subject = 'c2'), :bug, :f, (select left(sha, 12) from commit where subject = 'c4'))) from alert;
select pg_temp.expect('and regzbot''s line', alert_payload(id, '') #>> '{search,regzbot}', '#regzbot introduced: ' || (select left(sha, 12) from commit where subject = 'c4')) from alert;
select pg_temp.expect('what was not named is not told', bisection_mail((select id from bisection where state = 'running'), '') is null, true);

-- A suspect without which the bug comes all the same only raised its rate: the bug's page says so.
\set q `cat db/queries/page_bug_life.sql`
prepare page_bug_life as :q
;
create temp table life as execute page_bug_life(:'bug');
select pg_temp.expect('nothing says so yet', page #>> '{bisections,0,comes_without}' is null and (page #>> '{bisections,0,is_found}')::boolean, true) from life;
execute bisection_side_put(:f, 4, 'the newer end with it reverted', :bad);
drop table life;
create temp table life as execute page_bug_life(:'bug');
select pg_temp.expect('it comes with it reverted', page #>> '{bisections,0,comes_without}', '1 of 1') from life;
