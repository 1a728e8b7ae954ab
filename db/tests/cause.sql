-- Bugs that may have one cause: what is held against each other, and what becomes of a proposal.
\ir attempts.fixture
\set q `cat db/queries/cause_next.sql`
prepare cause_next as :q;
\set q `cat db/queries/cause_tried.sql`
prepare cause_tried as :q;
\set q `cat db/queries/cause_chains.sql`
prepare cause_chains as :q;
\set q `cat db/queries/cause_put.sql`
prepare cause_put as :q;
\set q `cat db/queries/cause_withdraw.sql`
prepare cause_withdraw as :q;
\set q `cat db/queries/cause_state.sql`
prepare cause_state as :q;
\set q `cat db/queries/bug_mark.sql`
prepare bug_mark as :q;
\set q `cat db/queries/gone_next.sql`
prepare gone_next as :q;
\set q `cat db/queries/page_bug_life.sql`
prepare page_bug_life as :q;
select id as t from tree \gset
select id as p from profile \gset
insert into commit (sha, subject, author, authored_at, committed_at) select repeat(n::text, 40), 'commit ' || n, 'A <a@example.org>', now(), now() from generate_series(1, 3) n;
insert into tree_commit (tree_id, commit_id, ordinal) select :t, c.id, right(c.subject, 1)::integer from commit c where c.subject like 'commit %';
insert into profile (name, arch, page_size, config, fs, block_size, memory_mb, cpus, numa_nodes, workload, duration_s) values ('q', 'x86_64', 4096, 'tiny', 'ext4', 1024, 512, 2, 2, 'migrate-hot', 5) returning id as other \gset
insert into revision (hash, tree_id, commit_id, is_plain) select encode(sha256(convert_to(c.sha || n, 'UTF8')), 'hex'), :t, c.id, n = 1 from commit c, generate_series(1, 2) n where c.subject = 'commit 3' or (c.subject like 'commit %' and n = 1);
create function pg_temp.revision(word text) returns bigint language sql as $$
	select r.id from revision r join commit c on c.id = r.commit_id where c.subject = 'commit ' || left($1, 1) and r.is_plain = (length($1) = 1)
$$;
insert into revision_revert (revision_id, position, sha) select pg_temp.revision('3r'), 0, repeat('2', 40);
-- Commit 2 is tried under p only: what follows it under q is 3, one step from 1.
insert into tally (revision_id, profile_id, attempts, known, exposure, work_ms, meaning)
select pg_temp.revision(r), case p when 'p' then :p else :other end, 4, 4, 1000, 0, 'pages' from (values ('1', 'p'), ('1', 'q'), ('2', 'p'), ('3', 'p'), ('3', 'q'), ('3r', 'p')) c (r, p);
insert into bug (title, type, state) values ('f', 'BUG', 'open'), ('g', 'BUG', 'new'), ('build', 'BUILD', 'new'), ('none', 'BUG', 'invalid');
select min(id) as f, min(id) + 1 as g from bug \gset
insert into bug_tally (bug_id, revision_id, profile_id, attempts, occurrences, last_at, done, known, exposure, whole_known, whole_exposure)
select b.id, pg_temp.revision('3'), :p, 3, 3, now(), 3, 3, 30, 3, 30 from bug b;
insert into bug_tally (bug_id, revision_id, profile_id, attempts, occurrences, last_at, done, known, exposure, whole_known, whole_exposure)
values (:f, pg_temp.revision('3'), :other, 1, 1, now(), 1, 1, 30, 1, 30);
delete from cause_item;

insert into gone_item (tree_id, queued_at) values (:t, '-infinity');
execute gone_next;
create temp table soon as execute cause_next;
select pg_temp.expect('what was counted is looked at, in a minute', (select count(*) from cause_item) || ' ' || (select count(*) from soon), '1 0');
update cause_item set queued_at = now() - interval '2 minutes';
create temp table next as execute cause_next;
select pg_temp.expect('once', (select tree_id from next) || ' ' || (select count(*) from cause_item), :'t' || ' 0');

create temp table tried as execute cause_tried(:t);
select pg_temp.expect('each kernel under each profile is a place, a step behind what was tried so before, a patched one beside its base',
	(select string_agg(concat_ws(' ', x.place, coalesce(x.before::text, '-'), x.step, x.name), ', ' order by x.place) from (
		select distinct d.place, d.before, d.step, c.subject || case when r.is_plain then '' else ' reverted' end as name from tried d join revision r on r.id = d.revision_id join commit c on c.id = r.commit_id) x),
	'0 - 1 commit 1, 1 - 1 commit 1, 2 0 2 commit 2, 3 2 3 commit 3, 4 1 3 commit 3, 5 3 4 commit 3 reverted');
select pg_temp.expect('crashes that nobody called invalid, and how often each came', string_agg(concat_ws(' ', place, bug_id - :f, k), ', ' order by place, bug_id), '3 0 3, 3 1 3, 4 0 1') from tried where bug_id is not null;
insert into occurrence (attempt_id, claimed_at, start_byte, end_byte, bug_id, title, reader_version, is_corrupted, report)
values (:a1, :'claimed', 0, 1, :f, 'f', 1, false, '{"frames":[{"function":"b"},{"function":"a"},{"function":"b"},{"file":"x"}]}'), (:a2, :'claimed', 0, 1, :g, 'g', 1, false, '{}');
create temp table chains as execute cause_chains(array[:f, :g]::bigint[]);
select pg_temp.expect('functions of their chains, each once', string_agg(bug_id - :f || function, ' ' order by bug_id, function), '0a 0b') from chains;

select pg_temp.revision('2') as r2, pg_temp.revision('3') as r3, pg_temp.revision('3r') as r3r \gset
execute cause_put(:t, :f, :g, 0.9, 0.5, 0.001, 0.01, '{a,b}', array[:r2, :r3]::bigint[], array[:r3, :r3r]::bigint[], '{3,-3}', '{2.5,-2.5}');
select pg_temp.expect('it is proposed, and open pages hear of it', state || ' ' || (select count(*) from cause_step) || ' ' || (select count(*) from event where kind = 'bug' and subject_id in (:f, :g)), 'proposed 2 2') from cause;
execute cause_put(:t, :f, :g, 0.95, 0.5, 0.001, 0.02, '{a}', array[:r2]::bigint[], array[:r3]::bigint[], '{3}', '{2.5}');
select pg_temp.expect('later numbers of the same pair are the same proposal', count(*) || ' ' || min(q) || ' ' || (select count(*) from cause_step) || ' ' || (select count(*) from event where kind = 'bug' and subject_id in (:f, :g)), '1 0.02 1 2') from cause;
create temp table life as execute page_bug_life(:'g');
select pg_temp.expect('the page of each shows it with what moved', concat_ws(' ', page #>> '{causes,0,other_bug}', page #>> '{causes,0,steps,0,here}', page #>> '{causes,0,steps,0,is_rise}', page #>> '{causes,0,functions}'), :'f' || ' 0 of 4 → 3 of 8 true a') from life;
select pg_temp.expect('and so does the API', concat_ws(' ', w #>> '{0,bug}', w #>> '{0,state}', w #>> '{0,steps,0,this,behind,hits}', w #>> '{0,steps,0,other,behind,hits}'), :'g' || ' proposed 4 3') from cause_words(:f) w;

execute cause_withdraw(:t, array[:f]::bigint[], '{}', '{}');
select pg_temp.expect('of bugs that were not looked at nothing is taken back', state, 'proposed') from cause;
execute cause_withdraw(:t, array[:f, :g]::bigint[], array[:f]::bigint[], array[:g]::bigint[]);
select pg_temp.expect('nor is what is proposed still', state, 'proposed') from cause;
execute cause_withdraw(:t, array[:f, :g]::bigint[], '{}', '{}');
select pg_temp.expect('what the numbers do not say any more is', state || ' ' || cause_words(:f), 'withdrawn []') from cause;
execute cause_put(:t, :f, :g, 0.95, 0.5, 0.001, 0.02, '{a}', array[:r2]::bigint[], array[:r3]::bigint[], '{3}', '{2.5}');
select pg_temp.expect('and comes again as the same', state || ' ' || (select count(*) from cause), 'proposed 1') from cause;

insert into token (kind, name, hash) values ('trigger', 'jane', sha256('j')) returning id as jane \gset
execute bug_mark(:f, null, null, :jane, 'apart', :g, '', 'other callers');
select pg_temp.expect('who refuses is kept', state || ' ' || (select name from token where id = token_id) || ' ' || (decided_at is not null), 'refused jane true') from cause;
execute cause_put(:t, :f, :g, 1, 1, 0.001, 0.01, '{}', '{}', '{}', '{}', '{}');
execute cause_withdraw(:t, array[:f, :g]::bigint[], '{}', '{}');
create temp table now as execute cause_state(:g, :f);
select pg_temp.expect('and it is not asked again', state || ' ' || (select q from cause), 'refused 0.02') from now;
execute bug_mark(:g, 'duplicate', :f, :jane, 'joined', :f, 'g', '');
select pg_temp.expect('who joins them accepts it', state, 'accepted') from cause;
execute bug_mark(:g, 'open', null, :jane, 'open', :f, '', '');
select pg_temp.expect('and who takes the join back does not', state, 'refused') from cause;
drop table life;
create temp table life as execute page_bug_life(:'f');
select pg_temp.expect('the life of both says so', concat_ws(' ', page #>> '{causes,0,is_refused}', page #>> '{causes,0,decided_by}', page #>> '{history,0,words}', page #>> '{history,0,other}'), 'true jane is not of one cause with ' || :'g') from life;
