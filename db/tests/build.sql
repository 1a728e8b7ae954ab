-- Bugs of builds and boots: what clears them, their edges on a tree's line, when a warning is news, when they are gone.
\ir attempts.fixture
\set q `cat db/queries/alert_decide_bugs.sql`
prepare decide_bugs as :q;
\set q `cat db/queries/alert_decide_fixed.sql`
prepare decide_fixed as :q;

-- A line of eight commits with one attempt each, all with warnings of one file; the builds of 3 and 6 did not compile it.
delete from tree_commit;
insert into commit (sha, subject, author, authored_at, committed_at) select repeat(n::text, 40), 'commit ' || n, 'A <a@example.org>', now(), now() from generate_series(1, 8) n;
insert into tree_commit (tree_id, commit_id, ordinal) select t.id, c.id, substr(c.subject, 8)::bigint from tree t, commit c where c.subject <> 's';
insert into revision (hash, tree_id, commit_id, is_plain) select encode(sha256(convert_to(c.sha, 'UTF8')), 'hex'), t.id, c.id, true from tree t, commit c where c.subject <> 's';
insert into job (run_id, revision_id, profile_id, repeat, arch, priority, state, attempts_max, attempts)
	select (select id from run), r.id, (select id from profile), 0, 'x86_64', 50, 'done', 3, 1 from revision r join tree_commit tc on tc.commit_id = r.commit_id where r.is_plain order by tc.ordinal;
insert into attempt (job_id, number, machine_id, claim_id, claimed_at, lease_until, state, result, ended_at, step)
	select j.id, 1, (select id from machine), gen_random_uuid(), :'claimed', now(), 'done', 'clean', now(), 'collect' from job j where j.state = 'done' order by j.id;
create temp table at as select l.ordinal as n, l.attempt_id as id, l.revision_id as r, l.profile_id as p, l.tree_id as t from attempt_place l where l.ordinal is not null;
select t, p from at limit 1 \gset
select max(id) filter (where n = 1) as n1, max(id) filter (where n = 3) as n3, max(id) filter (where n = 5) as n5 from at \gset
select pg_temp.expect('the line', count(*), 8::bigint) from at;
update machine set compiler_version = 'gcc 12';

create function pg_temp.warn(n bigint, bug_id bigint) returns void language sql as $$
	insert into occurrence (attempt_id, claimed_at, start_byte, end_byte, bug_id, title, reader_version, is_corrupted, report, is_warning)
	select at.id, a.claimed_at, 2199023255552 + 100 * $2, 2199023255552 + 100 * $2 + 50, b.id, b.title, 1, false,
		jsonb_build_object('unit', case b.type when 'BOOT' then '' else 'mm/' || $2 || '.o' end, 'file', 'mm/' || $2 || '.c', 'text', 'mm/x.c:1:1: it', 'times', 1), b.type = 'BUILD_WARNING'
	from at join attempt a on a.id = at.id cross join bug b where at.n = $1 and b.id = $2
$$;
create function pg_temp.count() returns void language plpgsql as $$
begin
	delete from bug_tally;
	insert into bug_tally (bug_id, revision_id, profile_id, attempts, occurrences, last_at, done, known, exposure, whole_known, whole_exposure)
	select bug_id, revision_id, profile_id, attempts, occurrences, last_at, done, known, exposure, whole_known, whole_exposure from bug_tally_now;
end $$;
create function pg_temp.edges(bug_id bigint) returns text language sql as $$
	select concat_ws(' ', e.good, e.first, e.last, e.gone, 'hits ' || e.hits, e.within, e.behind, round(e.sure::numeric, 2)) from at cross join lateral bug_edges($1, at.t) e limit 1
$$;

create temp table made as execute bug_add('build warning: mm/1.c: unused', 'BUILD_WARNING', 'linux', 'new');
select id as w from made \gset
select pg_temp.expect('a warning is no news by itself', count(*), 0::bigint) from alert_item;
-- Each build compiled mm/W.o but those of 3 and 6, which compiled something else.
insert into build (attempt_id, compiler, objects) select id, 'gcc 12', case when n in (3, 6) then array['mm/other.o', '.config'] else array['mm/' || :w || '.o', 'mm/other.o', '.config'] end from at;
select pg_temp.warn(n, :w) from generate_series(1, 2) n;
select pg_temp.count();
select pg_temp.expect('what was always there has no beginning; gone where its file was compiled without it', pg_temp.edges(:w), '1 2 4 hits 2 0 4 1.00');
create temp table first as execute gone_builds(:t);
select pg_temp.expect('what a tree''s first builds warn of is told to nobody', concat_ws(' ', told, (select count(*) from alert_item)), '0 0') from first;
select pg_temp.expect('but it is gone', gone, 1::bigint) from first;
create temp table unsaid as execute decide_fixed;
select pg_temp.expect('which nobody is told who was not told of it', alerts, '{}') from unsaid;

create temp table made2 as execute bug_add('build warning: mm/2.c: unused', 'BUILD_WARNING', 'linux', 'new');
select id as v from made2 \gset
update build b set objects = objects || ('mm/' || :v || '.o') from at where at.id = b.attempt_id and at.n in (1, 2, 4, 5);
select pg_temp.warn(n, :v) from generate_series(4, 5) n;
select pg_temp.count();
select pg_temp.expect('the last good one compiled it, and builds that did not say nothing', pg_temp.edges(:v), '2 4 5 hits 2 0 0 0.00');
create temp table second as execute gone_builds(:t);
select pg_temp.expect('a warning that came is told', concat_ws(' ', told, gone, (select count(*) from alert_item where bug_id = :v)), '1 1 1') from second;
update build set compiler = 'gcc 14' from at where at.id = attempt_id and at.n = 2;
select pg_temp.expect('another compiler is no witness', pg_temp.edges(:v), '1 4 5 hits 2 0 0 0.00');
create temp table news as execute decide_bugs;
select pg_temp.expect('of low severity, with its file', concat_ws(' ', kind, severity, paths::text), 'bug_new low {mm/' || :v || '.c,mm/x.c}') from alert where bug_id = :v;
select pg_temp.expect('since when, and where it is shown', concat_ws(' ', told #>> '{report,last_good,subject}', (told #>> '{report,console_url}') like 'http://x/attempts/%#b2199%', told #>> '{bug,what}'), 'commit 1 t warning')
	from (select alert_payload(id, 'http://x') as told from alert where bug_id = :v) x;
create temp table nothing as execute gone_builds(:t);
select pg_temp.expect('once', told, 0::bigint) from nothing;
update build b set objects = objects || ('mm/' || :v || '.o') from at where at.id = b.attempt_id and at.n = 8;
create temp table third as execute gone_builds(:t);
create temp table fixed as execute decide_fixed;
select pg_temp.expect('its end is told too', concat_ws(' ', kind, alert_payload(id, 'http://x') #>> '{gone,first_good_subject}', alert_payload(id, 'http://x') #>> '{gone,builds}'), 'bug_fixed commit 8 1') from alert where bug_id = :v and kind = 'bug_fixed';
select pg_temp.warn(8, :v);
select pg_temp.count();
create temp table back as execute gone_builds(:t);
select pg_temp.expect('until it is seen again', count(*), 0::bigint) from bug_gone where bug_id = :v;

-- A build that breaks, and a boot that fails now and then.
create temp table made3 as execute bug_add('build error: mm/3.c: gone', 'BUILD', 'linux', 'new');
select id as e from made3 \gset
select pg_temp.warn(n, :e) from generate_series(3, 4) n;
update attempt set result = 'no_build', detail = 'why' from at where at.id = attempt.id and at.n in (3, 4, 5);
select pg_temp.count();
select pg_temp.expect('whatever was built clears it; what broke otherwise does not', pg_temp.edges(:e), '2 3 4 6 hits 2 0 3 1.00');
create temp table found as execute build_find(:n3);
create temp table broke as execute gone_builds(:t);
select pg_temp.expect('a break on the line is told', count(*), 1::bigint) from alert_item where bug_id = :e;
select pg_temp.expect('what the runner said', why, 'why') from found;
update attempt set result = 'fault' from at where at.id = attempt.id and at.n = 5;
create temp table found2 as execute build_find(:n5);
select pg_temp.expect('a machine''s fault says nothing of the kernel', count(*), 0::bigint) from found2;
create temp table made4 as execute bug_add('boot: silence', 'BOOT', 'linux', 'new');
select id as b from made4 \gset
select pg_temp.warn(2, :b);
update attempt set result = 'no_boot' from at where at.id = attempt.id and at.n = 2;
select pg_temp.count();
select pg_temp.expect('of boots a few good ones do not say that it is gone', pg_temp.edges(:b), '1 2 2 6 hits 1 0 3 0.88');

create temp table cells as execute gone_cells(:t);
select pg_temp.expect('migrations judge none of these', count(*), 0::bigint) from cells;
create temp table page as execute page_bug(:'e');
select pg_temp.expect('the page has edges and no rates', concat_ws(' ', page #>> '{ranges,0,edges,good,subject}', page #>> '{ranges,0,edges,gone,subject}', page #>> '{ranges,0,edges,is_gone}', page #>> '{ranges,0,profiles}', page ->> 'is_crash'),
	'commit 2 commit 6 true false') from page;
create temp table listed as execute page_bugs(null, null, null);
select pg_temp.expect('warnings are listed where they are asked for', (select string_agg(r ->> 'type', ' ' order by r ->> 'type') from json_array_elements(page -> 'rows') r), 'BOOT BUILD') from listed;
create temp table listed2 as execute page_bugs(null, null, 'warning');
select pg_temp.expect('so', json_array_length(page -> 'rows'), 2) from listed2;

-- The console's reports are not the build's, nor the other way round.
execute occurrence_put(:n1, :'claimed', 7, 9, :e, 't', 1, false, null, '{}');
create temp table kept as execute occurrence_list(:n1, :'claimed', 'console');
select pg_temp.expect('a console has its own', string_agg(start_byte::text, ' '), '7') from kept;
create temp table logged as execute occurrence_list(:n1, :'claimed', 'build');
select pg_temp.expect('and a build log', string_agg(start_byte::text, ' '), (2199023255552 + 100 * :w)::text) from logged;
execute occurrence_drop(:n1, :'claimed', 'console', '{}');
select pg_temp.expect('and reading it again leaves the build''s', string_agg(occurrence_stream(start_byte) || ' ' || occurrence_byte(start_byte), ', '), 'build ' || 100 * :w) from occurrence where attempt_id = :n1;
execute build_put(:n1, array['b.o', 'a.o', 'b.o']);
select pg_temp.expect('what was made, once', objects::text || compiler, '{a.o,b.o}gcc 12') from build where attempt_id = :n1;
execute build_put(:n1, null);
select pg_temp.expect('or nothing is known', objects is null, true) from build where attempt_id = :n1;
