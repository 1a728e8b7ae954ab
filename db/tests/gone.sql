-- Which bugs silence is enough for: what was tried of each, and that it is told once.
\ir attempts.fixture
\set q `cat db/queries/alert_decide_fixed.sql`
prepare decide as :q;
insert into commit (sha, subject, author, authored_at, committed_at) select repeat(n::text, 40), 'commit ' || n, 'A <a@example.org>', now(), now() from generate_series(1, 3) n;
insert into tree_commit (tree_id, commit_id, ordinal) select t.id, c.id, row_number() over (order by c.id) from tree t, commit c;
insert into revision (hash, tree_id, commit_id, is_plain) select encode(sha256(convert_to(c.sha, 'UTF8')), 'hex'), t.id, c.id, true from tree t, commit c where c.subject <> 's';
update attempt set state = 'done', result = 'clean', exposure = 1000, workload_seconds = 5, kernel_release = '6.1.0', page_size = 4096 where id in (:a1, :a2);
insert into bug (title) values ('f'), ('settled');
select min(id) as f, max(id) as settled from bug \gset
update bug set state = 'invalid' where id = :settled;
insert into occurrence (attempt_id, claimed_at, start_byte, end_byte, bug_id, title, reader_version, is_corrupted, uptime_s, exposure, report)
	select :a1, :'claimed', b.id, b.id + 1, b.id, b.title, 1, false, 1, 300, '{}' from bug b;
select tree_id as t, revision_id as r, profile_id as p from attempt_place where attempt_id = :a1 \gset
execute tally_keep(:r, :p);
execute tally_keep(:r, :p);
select pg_temp.expect('what is counted is looked at', count(*), 1::bigint) from gone_item;
create temp table soon as execute gone_next;
select pg_temp.expect('in a moment', count(*), 0::bigint) from soon;
update gone_item set queued_at = now() - interval '10 seconds';
create temp table next as execute gone_next;
select pg_temp.expect('once', (select tree_id from next)::text || (select count(*) from gone_item), :'t' || '0');
create temp table none as execute gone_cells(:t);
select pg_temp.expect('nothing was tried behind', count(*), 0::bigint) from none;

insert into tally (revision_id, profile_id, attempts, known, exposure, work_ms, meaning)
	select r.id, :p, 2, 2, 5000, 7000, counter_meaning('6.1.0', 4096) from revision r join commit c on c.id = r.commit_id where c.subject in ('commit 2', 'commit 3');
create temp table cells as execute gone_cells(:t);
select pg_temp.expect('a row for each stratum of what is not settled', string_agg(concat_ws(' ', cells.bug_id = :f, l.subject, f.subject, before_events, before_exposure, before_seconds::real, after_exposure, after_seconds::real), ', '),
	't s commit 2 1 1300 10 10000 14') from cells join commit l on l.id = last_id join commit f on f.id = first_id;
select bug_id, last_id, first_id from cells \gset
execute gone_put(:f, :t, :last_id, :first_id, 10000, 7.5, 0.999);
create temp table made as execute decide;
create temp table again as execute decide;
select pg_temp.expect('told once', concat_ws(' ', (select alerts from made) <> '{}', (select alerts from again)), 't {}');
select pg_temp.expect('in the bug''s thread, with the commit', concat_ws(' | ', kind, thread, title), 'bug_fixed | bug:' || :f || ' | f is gone, t at 222222222222 ("commit 2")') from alert;
select pg_temp.expect('where it was seen', count(*), 1::bigint) from alert_place;
select pg_temp.expect('the edges are told', alert_payload(id, 'http://x') #>> '{gone,last_bad_subject}', 's') from alert;
execute gone_drop(:f, :t);
execute gone_put(:f, :t, :last_id, :first_id, 20000, 15, 0.999);
create temp table third as execute decide;
select pg_temp.expect('and not again when it comes and goes', alerts, '{}') from third;
