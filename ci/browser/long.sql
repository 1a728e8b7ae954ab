-- A tree of many commits with a value of each under every profile there is, crash reports and two changes among them, to try and to measure the
-- trend page with: psql -v ON_ERROR_STOP=1 -v commits=10000 -f ci/browser/long.sql, once. It needs a machine.
begin;
select setseed(0.17);
insert into tree (name, kind, url, branch, created_at, refreshed_at) values ('long', 'git', 'file:///srv/git/long.git', 'master', now() - interval '28 days', now());
insert into commit (sha, subject, author, authored_at, committed_at)
select left(encode(sha256(convert_to('long ' || i, 'UTF8')), 'hex'), 40), 'mm: commit ' || i || ' of the long line', 'Jane Doe <jane@mm.example>', at, at
from generate_series(0, :commits - 1) i, lateral (select now() - (:commits - i) * interval '50 minutes' as at) t order by i;
create temporary table step on commit drop as
select c.id as commit_id, t.id as tree_id, split_part(c.subject, ' ', 3)::bigint as ordinal from commit c cross join tree t where t.name = 'long' and c.subject like 'mm: commit % of the long line';
insert into tree_commit (tree_id, commit_id, ordinal) select tree_id, commit_id, ordinal from step;
insert into revision (hash, tree_id, commit_id, is_plain) select encode(sha256(convert_to('long revision ' || ordinal, 'UTF8')), 'hex'), tree_id, commit_id, true from step order by ordinal;
insert into run (tree_id, title, request, request_hash) select id, 'the long line', '{}', encode(sha256('long'), 'hex') from tree where name = 'long';
insert into job (run_id, revision_id, profile_id, repeat, arch, priority, state, attempts, attempts_max)
select (select max(id) from run), r.id, p.id, 0, p.arch, 50, 'done', 1, 3 from step s join revision r on r.commit_id = s.commit_id cross join profile p order by s.ordinal, p.id;
insert into attempt (job_id, number, machine_id, claim_id, claimed_at, started_at, lease_until, state, step, result, ended_at, kernel_release, page_size, accel)
select j.id, 1, coalesce((select min(id) from machine where arch = j.arch), (select min(id) from machine)), md5('long ' || j.id)::uuid, now() - interval '1 day', now() - interval '1 day', now() - interval '1 day', 'done', 'collect', 'clean', now() - interval '1 day',
	'6.9.0', p.page_size, 'tcg' from job j join profile p on p.id = j.profile_id where j.run_id = (select max(id) from run) order by j.id;
insert into series (tree_id, profile_id, metric) select t.id, p.id, 'fail_ratio' from tree t, profile p where t.name = 'long' order by p.id;
insert into point (series_id, attempt_id, claimed_at, commit_id, value)
select x.id, a.id, a.claimed_at, s.commit_id, case when s.ordinal * 20 / :commits in (5, 6, 7, 13, 14, 15) then 4e-4 else 1e-5 end * exp(0.4 * sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random()))
from step s join revision r on r.commit_id = s.commit_id join job j on j.revision_id = r.id join attempt a on a.job_id = j.id join series x on x.tree_id = s.tree_id and x.profile_id = j.profile_id
where s.ordinal % 50 <> 7 -- some commits have no value
order by x.id, a.id;
insert into median select m.* from median_now m join series s on s.id = m.series_id join tree t on t.id = s.tree_id where t.name = 'long';
insert into bug (title, type) select 'kernel BUG in filemap_read', 'BUG' where not exists (select from bug);
insert into bug_tally (bug_id, revision_id, profile_id, attempts, occurrences, last_at, done, known, exposure, whole_known, whole_exposure)
select (select min(id) from bug), r.id, p.id, 1, 1, now(), 1, 0, 0, 0, 0 from step s join revision r on r.commit_id = s.commit_id cross join profile p where s.ordinal % 97 = 3;
insert into change (series_id, state, kind, good_id, bad_id, low_id, high_id, before, before_low, before_high, after, after_low, after_high, noise, chance)
select x.id, 'confirmed', 'level', g.commit_id, b.commit_id, g.commit_id, b.commit_id, -11.5, -11.6, -11.4, -7.8, -7.9, -7.7, 0.4, 1e-9
from series x join step b on b.tree_id = x.tree_id and b.ordinal in (:commits / 4, :commits * 13 / 20) join step g on g.ordinal = b.ordinal - 1;
commit;
vacuum analyze;
