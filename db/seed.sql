-- A database to look at and to measure with: 1,000 commits x 12 profiles (x 5 metrics), the founding bug between two
-- commits, a counter that moves and comes back, faults, builds that fail, a running attempt, a queue, and what people were
-- told of it: there is something for every page to show.
-- For an empty database after the migrations: psql -v ON_ERROR_STOP=1 -f db/seed.sql. The same numbers every time;
-- times are counted back from now, within the partitions that exist.
-- -v commits=10000 -v repeats=9 makes a million attempts: the last 1,000 commits are the same story, those before are clean. It needs
-- a superuser, since references are not looked up for each of its many rows.
\if :{?commits}
\else
	\set commits 1000
\endif
\if :{?repeats}
\else
	\set repeats 1
\endif
select :commits - 1000 as before, :commits / 100 as runs, (interval '38000 minutes' / :commits)::text as gap, :commits > 1000 as is_large \gset
begin;
set local max_parallel_workers_per_gather = 0;
select setseed(0.42);

insert into token (kind, name, hash, revoked_at) values
	('runner', 'lab', sha256('seed runner'), now()), ('trigger', 'nightly', sha256('seed trigger'), now());

insert into tree (name, kind, url, branch, web_url, created_at, refreshed_at) values
	('mm-next', 'git', 'file:///srv/git/mm-next.git', 'master', 'https://git.example/mm-next/commit/?id=', now() - interval '28 days', now() - interval '4 minutes'),
	('prebuilt', 'prebuilt', null, null, null, now() - interval '20 days', null);

insert into profile (name, arch, page_size, config, fs, mount_options, block_size, memory_mb, cpus, numa_nodes, cmdline, workload, workload_args, duration_s)
select arch || '-' || fs || case when fs = 'xfs' then block else '' end || '-' || workload, arch, page_size, 'debug-vm', fs,
	'rw,noatime', case when fs = 'xfs' then block_size else 4096 end, 512, 2, 2, 'no_hash_pointers', 'migrate-' || workload, '{}', 10
from (values ('x86_64', 4096, '1k', 1024), ('arm64', 4096, '1k', 1024), ('ppc64le', 65536, '4k', 4096)) a (arch, page_size, block, block_size),
	(values ('xfs'), ('ext4')) f (fs), (values ('hot'), ('reader')) w (workload);

insert into machine (name, arch, state, cpus, memory_mb, tags, runner_version, kernel_release, cpu_model, qemu_version, compiler_version, disk_free_bytes, token_id, created_at, seen_at)
select name, arch, state, cpus, memory_mb, array['arch:' || arch, 'workload:migrate-hot', 'workload:migrate-reader'],
	'0.1.0', '6.1.0-56', cpu_model, '7.2.22', 'gcc (Debian) 12.2.0', disk, 1, now() - interval '28 days', now() - seen
from (values ('epyc-1', 'x86_64', 'active', 64, 262144, 'AMD EPYC 7443P 24-Core Processor', 712345678901, interval '3 seconds'),
	('altra-2', 'arm64', 'active', 80, 262144, 'Neoverse-N1', 412345678901, interval '8 seconds'),
	('power9-3', 'ppc64le', 'active', 16, 65536, 'POWER9 (raw), altivec supported', 92345678901, interval '5 seconds'),
	('nuc-4', 'x86_64', 'maintenance', 4, 16384, 'Intel(R) Core(TM) i5-8259U CPU @ 2.30GHz', 12345678901, interval '3 days'))
	m (name, arch, state, cpus, memory_mb, cpu_model, disk, seen);

-- Commits: 1,000 on the first-parent line, and three prebuilt kernels.
insert into commit (sha, subject, author, authored_at, committed_at)
select left(encode(sha256(convert_to('commit ' || i, 'UTF8')), 'hex'), 40),
	case i - :before when 412 then 'iomap: attach the page state before the reference is taken'
		when 588 then 'iomap: get/put the page in iomap_page_create/release'
		when 700 then 'mm/migrate: do not count private data of a folio twice'
		when 761 then 'Revert "mm/migrate: do not count private data of a folio twice"'
		else area[1 + i * 7 % 12] || ': ' || verb[1 + i * 5 % 9] || ' ' || what[1 + i * 11 % 13] end,
	(array['A. Kernel Hacker <hacker@kernel.example>', 'Jane Doe <jane@mm.example>', 'M. Maintainer <mm@kernel.example>'])[1 + i % 3],
	at - interval '2 days', at
from generate_series(0, :commits - 1) i, lateral (select now() - (:commits - i) * :'gap'::interval as at) t,
	(select array['mm/migrate', 'mm/compaction', 'xfs', 'iomap', 'mm/filemap', 'arm64', 'powerpc/mm', 'fs/buffer', 'mm/vmscan', 'sched/fair', 'mm/huge_memory', 'docs: mm'] as area,
		array['fold', 'simplify', 'use folio in', 'drop a check from', 'document', 'avoid the lock in', 'batch', 'rename', 'make static'] as verb,
		array['migrate_pages_batch()', 'the retry loop', 'compact_zone()', 'filemap_read()', 'the LRU walk', 'page table walks', 'writeback of large folios', 'readahead', 'put_and_wait_on_page_locked()', 'the free list scan', 'kernel-doc', 'the swap path', 'a helper'] as what) w
order by i;
insert into commit (sha, subject, author, authored_at, committed_at)
select encode(sha256(convert_to('prebuilt ' || release, 'UTF8')), 'hex'), release, 'prebuilt', now() - age, now() - age
from (values ('6.1.0-54-cloud-amd64', interval '19 days'), ('6.1.0-55-cloud-amd64', interval '9 days'), ('6.1.0-56-cloud-amd64', interval '1 day')) p (release, age);
insert into commit_parent select id, 0, id - 1 from commit where id between 2 and :commits;
insert into tree_commit select case when id <= :commits then 1 else 2 end, id, case when id <= :commits then id - 1 else id - :commits - 1 end from commit;
insert into tree_ref values (1, 'master', :commits), (1, 'v6.9-rc1', 1), (1, 'v6.9-rc2', :before + 430), (1, 'v6.9-rc3', :before + 860);

insert into revision (hash, tree_id, commit_id, is_plain, created_at)
select encode(sha256(convert_to('revision ' || sha, 'UTF8')), 'hex'), 1, id, true, committed_at from commit where id <= :commits order by id;
insert into revision (hash, tree_id, commit_id, is_plain, release, image_sha256, created_at)
select encode(sha256(convert_to('revision ' || sha, 'UTF8')), 'hex'), 2, id, true, subject, sha, committed_at from commit where id > :commits order by id;
-- One revision beside the line: the suspect reverted, with a patch.
insert into blob (sha256, size_bytes, is_complete)
select encode(sha256(body), 'hex'), length(body), true
from unnest(array['seed patch', 'seed image', 'seed config', 'seed initrd', 'seed recipe']::bytea[]) body;
insert into blob_chunk select encode(sha256(body), 'hex'), 0, body
from unnest(array['seed patch', 'seed image', 'seed config', 'seed initrd', 'seed recipe']::bytea[]) body;
insert into revision (hash, tree_id, commit_id, is_plain) values (encode(sha256('seed patched'), 'hex'), 1, :before + 501, false);
insert into revision_patch select max(id), 0, encode(sha256('seed patch'), 'hex'), 'iomap: get/put the page in iomap_page_create/release' from revision;
insert into revision_revert select max(r.id), 0, c.sha from revision r, commit c where c.id = :before + 413 group by c.sha;

insert into run (token_id, tree_id, title, priority, request, request_hash, created_at)
select 2, 1, 'nightly: commits ' || n * 100 || ' to ' || n * 100 + 99, 50, '{}', encode(sha256(convert_to('run ' || n, 'UTF8')), 'hex'),
	now() - (:commits - n * 100) * :'gap'::interval
from generate_series(0, :runs - 1) n order by n;
insert into run (token_id, tree_id, title, priority, request, request_hash, created_at, cancelled_at) values
	(2, 2, 'prebuilt kernels', 60, '{}', encode(sha256('run prebuilt'), 'hex'), now() - interval '1 day', null),
	(2, 1, 'is the suspect guilty? 9a1e reverted, fix applied', 80, '{}', encode(sha256('run suspect'), 'hex'), now() - interval '3 hours', null),
	(2, 1, 'a mistake', 50, '{}', encode(sha256('run mistake'), 'hex'), now() - interval '5 hours', now() - interval '4 hours');

-- Jobs: every commit under every profile, again at the edges of what changed and here and there. The last three wait.
insert into job (run_id, revision_id, profile_id, repeat, arch, priority, state, attempts, attempts_max, queued_at, lane_id)
select 1 + (r.id - 1) / 100, r.id, p.id, repeat, p.arch, 50, case when r.id > :commits - 3 then 'queued' else 'done' end, 0, 3,
	now() - (:commits - r.id) * :'gap'::interval, p.lane_id
from revision r, (select profile.*, lane_find(1, id, arch, 50) as lane_id from profile offset 0) p, generate_series(0, greatest(3, :repeats)) repeat,
	lateral (select r.id - :before as id) place
where r.id <= :commits and (repeat < :repeats or (repeat <= 3 and (abs(place.id - 413) <= 2 or abs(place.id - 589) <= 2 or abs(place.id - 701) <= 2))
	or (repeat = :repeats and random() < 0.05))
order by r.id, p.id, repeat;
insert into job (run_id, revision_id, profile_id, repeat, arch, priority, state, attempts, attempts_max, queued_at)
select :runs + 1, r.id, p.id, 0, p.arch, 60, 'done', 0, 3, now() - interval '1 day' from revision r, profile p where r.tree_id = 2 and p.arch = 'x86_64' and p.fs = 'xfs' order by 2, 3;
insert into job (run_id, revision_id, profile_id, repeat, arch, priority, state, attempts, attempts_max, queued_at)
select :runs + 2, :commits + 4, p.id, n, p.arch, 80, case when n < 3 then 'done' else 'queued' end, 0, 3, now() - interval '3 hours' from profile p, generate_series(0, 4) n where p.fs = 'xfs' order by 3, 4;
insert into job (run_id, revision_id, profile_id, repeat, arch, priority, state, attempts, attempts_max, queued_at, ended_at)
select :runs + 3, :before + 900, p.id, 0, p.arch, 50, 'cancelled', 0, 3, now() - interval '5 hours', now() - interval '4 hours' from profile p where p.fs = 'ext4';

-- What came of each job. `c` is the commit's place on the line, 588 (behind the fix) for what stands beside it.
create temporary table draw on commit drop as
select j.id as job_id, p.id as profile_id, p.arch, p.fs, p.workload, r.tree_id, r.commit_id,
	case when p.arch = 'x86_64' and r.tree_id = 1 and r.is_plain and r.commit_id - 1 - :before between 640 and 679 then (select id from machine where name = 'nuc-4') else m.id end as machine_id, -- until its fan was loud
	case when r.tree_id = 1 and r.is_plain then r.commit_id - 1 - :before else 588 end as c, r.is_plain,
	j.queued_at + random() * interval '20 minutes' as at, random() as u, random() as u_bug, random() as u_load,
	sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random()) as z, sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random()) as z_fail,
	random() < 0.01 as has_fault
from job j join profile p on p.id = j.profile_id join revision r on r.id = j.revision_id
	join machine m on m.arch = p.arch and m.state = 'active'
where j.state = 'done' order by j.id;

create temporary table outcome on commit drop as
select d.*, case
		when c in (233, 234, 640) then 'no_build'
		when c between 820 and 823 and arch = 'ppc64le' then 'no_boot'
		when c between 412 and 587 and fs = 'xfs' and u_bug < case when workload = 'migrate-hot' then 0.93 when arch = 'arm64' then 0.08 else 0.3 end then 'crash'
		when arch = 'ppc64le' and u < 0.004 then 'hang'
		when u > 0.999 then 'workload_error'
		else 'clean' end as result,
	case arch when 'x86_64' then 40300 when 'arm64' then 11700 else 12845 end
		* case when workload = 'migrate-hot' then 1 else 0.6 end * exp(0.06 * z) as success_per_s,
	case when c between 700 and 760 and workload = 'migrate-reader' then least(0.97, 0.45 * exp(0.3 * z_fail))
		when c between 700 and 760 then 6e-5 * exp(0.5 * z_fail)
		when workload = 'migrate-reader' then 0.0006 * exp(0.5 * z_fail)
		else 1.1e-5 * exp(0.45 * z_fail) end as fail_ratio
from draw d order by job_id;

set local session_replication_role = replica;
insert into attempt (job_id, number, machine_id, claim_id, claimed_at, started_at, lease_until, state, step, result, detail, ended_at)
select job_id, 1, machine_id, gen_random_uuid(), at - interval '4 minutes', at - interval '4 minutes', at - interval '3 minutes', 'failed', 'checkout', 'fault',
	'cannot fetch mm-next: could not resolve the host of its URL', at - interval '3 minutes'
from outcome where has_fault order by job_id;
insert into attempt (job_id, number, machine_id, claim_id, claimed_at, started_at, lease_until, state, step, result, detail, ended_at,
	kernel_release, page_size, accel, build_seconds, workload_seconds, is_built_from_cache, load_before, load_during,
	exposure, exposure_low, exposure_high, is_exposure_estimated, reproduce)
select job_id, case when has_fault then 2 else 1 end, machine_id, gen_random_uuid(), at, at, at + interval '1 minute', 'done',
	case result when 'no_build' then 'build' when 'no_boot' then 'boot' when 'clean' then 'collect' else 'workload' end, result,
	case result when 'no_build' then E'mm/migrate.c: In function ‘migrate_pages_batch’:\nmm/migrate.c:1689:17: error: ‘nr_retry_pages’ undeclared (first use in this function); did you mean ‘nr_retry’?\nmake[3]: *** [scripts/Makefile.build:250: mm/migrate.o] Error 1'
		when 'no_boot' then 'no word from the guest within 120 s' when 'hang' then 'no console byte and no sample for 60 s'
		when 'workload_error' then 'cannot open /mnt/f0: No space left on device' end,
	at + interval '31 seconds' + u_load * interval '20 seconds',
	case when result not in ('no_build', 'no_boot') then '6.9.0-rc2+' end, case when result not in ('no_build', 'no_boot') then case arch when 'ppc64le' then 65536 else 4096 end end,
	'tcg', 6 + 9 * u_load, seconds, u_load < 0.1, u_load * 0.4, u_load * 0.1,
	exposure, case when result = 'crash' then exposure * 0.98 else exposure end, case when result = 'crash' then exposure * 1.02 else exposure end, result = 'crash',
	case when result <> 'no_build' and not :'is_large' then 'mkdir faultline-' || job_id || ' && cd faultline-' || job_id || ' && curl -fsS -o image http://127.0.0.1:8080/api/v1/blobs/' || encode(sha256('seed image'), 'hex')
		|| ' && truncate -s 1G disk.img && mkfs.' || fs || ' -q disk.img && qemu-system-' || case arch when 'arm64' then 'aarch64' when 'ppc64le' then 'ppc64' else arch end || ' -m 512 -smp 2 -kernel image -append ''console=ttyS0 panic=-1 no_hash_pointers -- fs=' || fs || ' mount=rw,noatime seconds=10'' -drive file=disk.img,if=virtio,format=raw -nographic -no-reboot' end
from (select o.*, case when result in ('clean', 'hang') then 10.0 when result = 'crash' then 0.05 + u * case when workload = 'migrate-hot' then 0.4 else 8 end end as seconds,
	case when result in ('clean', 'hang') then 10.0 when result = 'crash' then 0.05 + u * case when workload = 'migrate-hot' then 0.4 else 8 end end * success_per_s as exposure
	from outcome o) o order by job_id;
update job j set attempts = (select count(*) from attempt a where a.job_id = j.id), ended_at = queued_at + interval '21 minutes' where state = 'done';

insert into attempt_step (attempt_id, position, name, started_at, seconds)
select a.id, s.position, s.name, a.claimed_at + s.after * interval '1 second', s.seconds
from attempt a, lateral (values (0, 'checkout', 0, 0.8), (1, 'build', 1, a.build_seconds), (2, 'image', 17, 0.1), (3, 'boot', 17, 1.9), (4, 'workload', 19, a.workload_seconds), (5, 'collect', 29, 0.3))
	s (position, name, after, seconds)
where a.state = 'done' and (s.position < 2 or a.result <> 'no_build') and (s.position < 4 or a.result not in ('no_build', 'no_boot')) order by a.id, s.position;

-- Points: an attempt that crashed gives no counter value.
insert into series (tree_id, profile_id, metric)
select distinct o.tree_id, o.profile_id, m.name from outcome o, metric m where is_plain and m.name not like '%\_native' order by 1, 2, 3;
insert into point (series_id, attempt_id, claimed_at, commit_id, value)
select s.id, a.id, a.claimed_at, o.commit_id, case s.metric when 'fail_ratio' then fail_ratio when 'success_per_s' then success_per_s
	when 'fail_per_s' then fail_per_s when 'pgmigrate_success' then round(10 * success_per_s) else round(10 * fail_per_s) end
from (select *, success_per_s * fail_ratio / (1 - fail_ratio) as fail_per_s from outcome where is_plain and result = 'clean') o
	join attempt a on a.job_id = o.job_id and a.state = 'done' join series s on s.tree_id = o.tree_id and s.profile_id = o.profile_id
order by s.id, a.id;

\if :is_large
	-- Every attempt has its streams and files, but only those below have bytes.
	insert into stream (attempt_id, name, claimed_at, is_complete, is_read, reader_version)
	select a.id, s.name, a.claimed_at, true, true, 1 from attempt a, unnest(array['console', 'samples', 'build']) s (name) where a.state = 'done' order by a.id, s.name;
	insert into attempt_artifact select a.id, f, encode(sha256(convert_to('seed ' || f, 'UTF8')), 'hex') from attempt a, unnest(array['config', 'image']) f where a.state = 'done' order by a.id, f;
	insert into event (at, kind, subject_id, attempt_id) select a.claimed_at, 'attempt', a.id, a.id from attempt a order by a.id;
\else
	-- The kernel config was another one from a commit on.
	insert into attempt_artifact select a.id, 'config', encode(sha256(convert_to(case when o.c < 780 then 'seed config' else 'seed config, another' end, 'UTF8')), 'hex')
	from outcome o join attempt a on a.job_id = o.job_id and a.state = 'done' where o.tree_id = 1 and o.is_plain and o.arch = 'x86_64' and o.fs = 'xfs' and o.workload = 'migrate-hot' and o.result <> 'no_build' order by a.id;
\endif
insert into median select * from median_now;
set local session_replication_role = origin;

-- Bugs: the founding one, a warning that does not end the attempt, a stall, and one that was joined to the first.
insert into bug (title, type, state, duplicate_of, created_at) values
	('kernel BUG in filemap_read', 'BUG', 'open', null, now() - interval '15 days'), ('WARNING in iomap_page_release', 'WARNING', 'new', null, now() - interval '9 days'),
	('INFO: rcu detected stall in compact_zone', 'HANG', 'new', null, now() - interval '25 days'), ('kernel BUG in put_and_wait_on_page_locked', 'BUG', 'duplicate', 1, now() - interval '14 days');
insert into bug_title select title, id from bug;
insert into bug_title values ('kernel BUG at include/linux/mm.h', 1), ('kernel BUG in generic_file_buffered_read', 1), ('stall in compact_zone', 3);

create temporary table report_text on commit drop as select $$page:ffffea00007e1a00 refcount:0 mapcount:0 mapping:ffff8c3900555cc8 index:0x0 pfn:0x1f868
head:ffffea00007e1a00 order:2 compound_mapcount:0 compound_pincount:0
aops:xfs_address_space_operations ino:43 dentry name(?):"f0"
flags: 0x13ff800000010027(locked|referenced|uptodate|active|head|node=1|zone=0|lastcpupid=0x7ff)
raw: 13ff800000010027 ffff8c39103a7dd8 ffff8c39103a7dd8 ffff8c3900555cc8
raw: 0000000000000000 0000000000000000 00000002ffffffff ffff8c39001b5550
page dumped because: VM_BUG_ON_PAGE(page_ref_count(page) == 0)
------------[ cut here ]------------
kernel BUG at include/linux/mm.h:780!
invalid opcode: 0000 [#1] SMP
CPU: 0 PID: 71 Comm: migrate Not tainted 6.9.0-rc2+ #2
RIP: 0010:filemap_read+0x321/0x370
Code: 85 2c ff ff ff 48 85 db 48 0f 45 c3 48 81 c4 c8 00 00 00 5b 41 5c 41 5d 41 5e 41 5f 5d c3 48 c7 c6 e8 92 0f bb e8 8f 6f 02 00 <0f> 0b 49 89
RSP: 0018:ffff8c3910383cd0 EFLAGS: 00000282
Call Trace:
 <TASK>
 generic_file_read_iter+0xde/0x150
 xfs_file_buffered_read+0x4d/0x70
 xfs_file_read_iter+0x69/0xd0
 vfs_read+0x1e2/0x2c0
 __x64_sys_pread64+0x75/0xa0
 do_syscall_64+0x2f/0x50
 entry_SYSCALL_64_after_hwframe+0x4b/0xb5
 </TASK>
---[ end trace 0000000000000000 ]---
Kernel panic - not syncing: Fatal exception
$$::text as body;
create temporary table boot_text on commit drop as
select '[    0.000000] Linux version 6.9.0-rc2+ (gcc (Debian 12.2.0-14) 12.2.0) #2 SMP' || E'\n[    0.000000] Command line: console=ttyS0 panic=-1 oops=panic no_hash_pointers -- fs=xfs mount=rw,noatime workload=migrate-hot seconds=10\n'
	|| string_agg('[    ' || to_char(i * 0.0131, 'FM0.000000') || '] ' || case i when 100 then 'Run /init as init process' else (array['BIOS-e820: [mem 0x0000000000000000-0x000000000009fbff] usable', 'pci 0000:00:1f.2: [8086:2922] type 00 class 0x010601', 'NUMA: Node 1 [mem 0x10000000-0x1ffdcfff]', 'virtio_blk virtio1: [vda] 614400 512-byte logical blocks (315 MB/300 MiB)', 'XFS (vda): Mounting V5 Filesystem'])[1 + i % 5] end, E'\n' order by i) || E'\n' as body
from generate_series(1, 120) i;

insert into occurrence (attempt_id, claimed_at, start_byte, end_byte, bug_id, title, reader_version, is_corrupted, uptime_s, exposure, report)
select a.id, a.claimed_at, octet_length(b.body), octet_length(b.body) + octet_length(t.body), case when o.result = 'hang' then 3 when o.result = 'clean' then 2 when o.arch = 'arm64' and o.u < 0.02 then 4 else 1 end,
	case when o.result = 'hang' then 'INFO: rcu detected stall in compact_zone' when o.result = 'clean' then 'WARNING in iomap_page_release' else 'kernel BUG in filemap_read' end,
	1, false, 1.9 + coalesce(a.workload_seconds, 0), case when o.result = 'clean' then a.exposure * o.u when o.result = 'crash' then a.exposure else a.exposure * 0.9 end,
	jsonb_build_object('title', 'kernel BUG in filemap_read', 'type', 'BUG', 'function', 'filemap_read', 'arch', o.arch, 'comm', 'migrate', 'pid', 71, 'cpu', 0, 'kernel', '6.9.0-rc2+', 'taint', '', 'is_panicked', true,
		'text', t.body, 'frames', (select jsonb_agg(jsonb_build_object('function', f, 'offset', at, 'size', size, 'fault', f = 'filemap_read')) from (values ('filemap_read', 801, 880), ('generic_file_read_iter', 222, 336), ('xfs_file_buffered_read', 77, 112), ('xfs_file_read_iter', 105, 208), ('vfs_read', 482, 704), ('__x64_sys_pread64', 117, 160)) v (f, at, size)),
		'page', jsonb_build_object('reason', 'VM_BUG_ON_PAGE(page_ref_count(page) == 0)', 'aops', case o.fs when 'xfs' then 'xfs_address_space_operations' else 'ext4_da_aops' end, 'dentry', 'f' || (a.id % 3), 'flags', '0x13ff800000010027(locked|referenced|uptodate|active|head|node=1|zone=0|lastcpupid=0x7ff)', 'refcount', 0, 'mapcount', 0, 'index', 0, 'pfn', 129128, 'inode', 43, 'order', case when o.arch = 'ppc64le' then 0 else 2 end))
from outcome o join attempt a on a.job_id = o.job_id and a.state = 'done', report_text t, boot_text b
where o.result in ('crash', 'hang') or (o.result = 'clean' and o.arch = 'arm64' and o.c >= 650 and o.u < 0.02);

insert into report_function (function, title) select distinct f, o.title from occurrence o cross join lateral report_functions(o.report) f;

-- Attempts to look at closely: the last crash, hang, failed build and clean one have console, samples and files.
create temporary table shown on commit drop as
select distinct on (o.result) a.id, a.claimed_at, o.result, a.workload_seconds as seconds, o.success_per_s, o.fail_ratio
from outcome o join attempt a on a.job_id = o.job_id and a.state = 'done' where o.is_plain and o.tree_id = 1 and (o.result <> 'crash' or (o.workload = 'migrate-reader' and a.workload_seconds > 3)) order by o.result, a.id desc;
create function pg_temp.stored(body bytea) returns bytea language sql as $$ -- a zlib stream without compression: at most 65,535 bytes
	with sum as (
		select (1 + sum(get_byte(body, i))) % 65521 as a, (length(body) + sum((length(body) - i)::bigint * get_byte(body, i))) % 65521 as b
		from generate_series(0, length(body) - 1) i
	)
	select '\x780101'::bytea || set_byte(set_byte('\x0000', 0, length(body) % 256), 1, length(body) / 256)
		|| set_byte(set_byte('\x0000', 0, 255 - length(body) % 256), 1, 255 - length(body) / 256) || body
		|| decode(lpad(to_hex(b::bigint * 65536 + a::bigint), 8, '0'), 'hex') from sum $$;
create temporary table said on commit drop as
select s.id, s.claimed_at, name, convert_to(text, 'UTF8') as body from shown s, boot_text b, report_text t, lateral (values
	('console', case result when 'no_build' then '' when 'crash' then b.body || t.body when 'hang' then b.body || t.body else b.body || E'[   12.002000] reboot: Power down\n' end),
	('build', case result when 'no_build' then (select detail from attempt where id = s.id) || E'\n' else E'  CC      mm/migrate.o\n  LD      vmlinux\n' end)) v (name, text) where text <> '';
delete from stream where attempt_id in (select id from shown);
delete from attempt_artifact where attempt_id in (select id from shown) and name <> 'config';
insert into stream (attempt_id, name, claimed_at, size_bytes, is_complete, read_bytes, reader_version) select id, name, claimed_at, length(body), true, length(body), 1 from said;
insert into chunk select id, claimed_at, name, 0, length(body), pg_temp.stored(body) from said;
insert into stream (attempt_id, name, claimed_at, size_bytes, is_complete, read_bytes, reader_version) select id, 'samples', claimed_at, 21000, true, 21000, 1 from shown where result <> 'no_build';
insert into attempt_artifact select s.id, f, encode(sha256(convert_to('seed ' || f, 'UTF8')), 'hex') from shown s, unnest(array['image', 'config', 'initrd', 'recipe']) f where result <> 'no_build' on conflict do nothing;
insert into sample_keys (hash, keys) values
	(encode(sha256('seed counters'), 'hex'), array['pgmigrate_success', 'pgmigrate_fail']),
	(encode(sha256('seed vmstat'), 'hex'), array['nr_free_pages', 'pgmigrate_success', 'pgmigrate_fail', 'compact_stall']);
insert into sample select s.id, s.claimed_at, md5(s.id::text)::uuid, 1900000000 + n::bigint * 50000000, case when n % 20 = 0 then 2 else 1 end, case when n % 20 = 0 then array[30000, success, fail, 7] else array[success, fail] end
from shown s, generate_series(0, 200) n, lateral (select (n * 0.05 * s.success_per_s * (1 + 0.05 * sin(n / 7.0)))::bigint as success, (n * 0.05 * s.success_per_s * s.fail_ratio * (1 + 0.02 * cos(n / 9.0)))::bigint as fail) v
where n * 0.05 <= s.seconds;
insert into phase select s.id, md5(s.id::text)::uuid, t, name from shown s, (values (1700000000, 'mount'), (1720000000, 'prepare'), (1900000000, 'workload'), (11900000000, 'finish')) p (t, name)
where s.seconds is not null and t <= 1900000000 + s.seconds * 1e9;
-- Of the crash the lines of its frames are known.
update attempt set build_id = repeat('5eed', 10) where id in (select id from shown where result = 'crash');
insert into kernel (revision_id, arch, config, build_id, job_id) select j.revision_id, p.arch, p.config, a.build_id, j.id from attempt a join job j on j.id = a.job_id join profile p on p.id = j.profile_id where a.build_id is not null;
insert into symbol_order (kernel_id, state) select id, 'done' from kernel;
insert into symbol (kernel_id, function, offset_bytes, size_bytes, is_call, state, frames)
select k.id, f, at, size, f <> 'filemap_read', 'found', frames::jsonb from kernel k, (values
	('filemap_read', 801, 880, '[{"function": "filemap_get_pages", "file": "mm/filemap.c", "line": 2584}, {"function": "filemap_read", "file": "mm/filemap.c", "line": 2661}]'),
	('generic_file_read_iter', 222, 336, '[{"function": "generic_file_read_iter", "file": "mm/filemap.c", "line": 2752}]'),
	('xfs_file_buffered_read', 77, 112, '[{"function": "xfs_file_buffered_read", "file": "fs/xfs/xfs_file.c", "line": 279}]'),
	('xfs_file_read_iter', 105, 208, '[{"function": "xfs_file_read_iter", "file": "fs/xfs/xfs_file.c", "line": 303}]'),
	('vfs_read', 482, 704, '[{"function": "new_sync_read", "file": "fs/read_write.c", "line": 395}, {"function": "vfs_read", "file": "fs/read_write.c", "line": 476}]')) v (f, at, size, frames);
update occurrence set source_file = 'mm/filemap.c', source_line = 2661, is_symbolised = true where attempt_id in (select id from attempt where build_id is not null);

-- What runs now: one attempt on each active machine, in different steps.
create temporary table now_job on commit drop as
select distinct on (j.arch) j.id, j.arch, m.id as machine_id, row_number() over (order by j.arch) as n
from job j join machine m on m.arch = j.arch and m.state = 'active' where j.state = 'queued' and j.run_id = :runs order by j.arch, j.id;
update job set state = 'running', attempts = 1 where id in (select id from now_job);
insert into attempt (job_id, number, machine_id, claim_id, claimed_at, started_at, lease_until, step, step_done, step_of, step_unit)
select n.id, 1, machine_id, gen_random_uuid(), now() - age, now() - age, now() + interval '50 seconds', v.step, v.done, v.total, v.unit
from now_job n join (values ('arm64', 'build', 412, 731, 'files', interval '9 seconds'), ('ppc64le', 'boot', null, null, null, interval '19 seconds'), ('x86_64', 'workload', 62, 100, 'percent', interval '27 seconds'))
	v (arch, step, done, total, unit, age) on v.arch = n.arch;
insert into attempt_step select a.id, s.position, s.name, a.claimed_at + s.after, case when s.name <> a.step then s.seconds end
from attempt a, (values (0, 'checkout', interval '0', 0.8), (1, 'build', interval '1 second', 12.0), (2, 'image', interval '13 seconds', 0.1), (3, 'boot', interval '14 seconds', 1.9), (4, 'workload', interval '16 seconds', null)) s (position, name, after, seconds)
where a.state = 'running' and s.position <= case a.step when 'build' then 1 when 'boot' then 3 else 4 end;
-- And one whose runner fell silent.
insert into attempt (job_id, number, machine_id, claim_id, claimed_at, started_at, lease_until, state, step, ended_at)
select j.id, 1, 4, gen_random_uuid(), now() - interval '3 days', now() - interval '3 days', now() - interval '3 days', 'lost', 'workload', now() - interval '3 days'
from job j where j.state = 'queued' and j.arch = 'x86_64' order by j.id limit 1;
update job set attempts = 1 where id in (select job_id from attempt where state = 'lost');
select run_settle(interval '0');
insert into tally (revision_id, profile_id, attempts, known, exposure, work_ms, meaning)
select revision_id, profile_id, attempts, known, exposure, work_ms, meaning from tally_now;
insert into bug_tally (bug_id, revision_id, profile_id, attempts, occurrences, last_at, done, known, exposure, whole_known, whole_exposure)
select bug_id, revision_id, profile_id, attempts, occurrences, last_at, done, known, exposure, whole_known, whole_exposure from bug_tally_now;
-- A known issue, and a rule that nobody needs any more.
insert into rule (name, pattern, target, fs, issue, link, state, swept_at) values
	('iomap-references', 'kernel BUG in \w+', 'title', 'xfs', 'iomap keeps no reference to the page; fixed upstream by 8e47a457321c.', 'https://lore.kernel.org/linux-mm/', 'active', now()),
	('noisy-console', 'printk messages dropped', 'line', null, 'The console was too slow.', null, 'retired', now());
insert into rule_history (rule_id, version, token_id, content, note)
select r.id, 1, (select min(id) from token where kind = 'trigger'), jsonb_strip_nulls(jsonb_build_object('name', r.name, 'pattern', r.pattern, 'target', r.target, 'fs', r.fs, 'issue', r.issue,
	'link', r.link, 'state', r.state)), '' from rule r;
insert into rule_match (rule_id, attempt_id, start_byte, rule_version, bug_id)
select 1, o.attempt_id, o.start_byte, 1, o.bug_id
from occurrence o join attempt_place l on l.attempt_id = o.attempt_id join profile p on p.id = l.profile_id where o.title ~ 'kernel BUG in \w+' and p.fs = 'xfs';
-- What moved: the share of failures under the reader, at 700 and back at 761. One is not settled yet.
insert into change (series_id, state, kind, good_id, bad_id, low_id, high_id, before, before_low, before_high, after, after_low, after_high, noise, chance, found_at)
select s.id, case when v.at = 761 then 'expected' when p.arch = 'x86_64' then 'confirmed' else 'fixed' end, 'level', v.at, v.at + 1, v.at, v.at + 2,
	change_scale(s.metric, v.old, null, null), change_scale(s.metric, v.old * 0.97, null, null), change_scale(s.metric, v.old * 1.03, null, null),
	change_scale(s.metric, v.now, null, null), change_scale(s.metric, v.now * 0.97, null, null), change_scale(s.metric, v.now * 1.03, null, null), 0.5, 1e-9, now() - (1000 - v.at) * interval '38 minutes'
from series s join profile p on p.id = s.profile_id, (values (700, 0.0006, 0.45), (761, 0.45, 0.0006)) v (at, old, now)
where s.tree_id = 1 and s.metric = 'fail_ratio' and p.workload = 'migrate-reader' order by v.at, s.id;
update change c set fixed_by = (select o.id from change o where o.series_id = c.series_id and o.bad_id = 762) where state = 'fixed';
insert into change_history (change_id, at, token_id, from_state, to_state, note)
select id, found_at + interval '2 hours', 2, 'new', state, 'both sides were tried in turn' from change where state <> 'new' order by id;

-- What people were told, and how that went.
insert into alert (kind, thread, severity, title, bug_id, paths, at, acknowledged_at, assignee)
select 'bug_new', 'bug:' || id, alert_severity(type), title, id, array['mm/filemap.c', 'fs/iomap/buffered-io.c'], created_at, case when id = 1 then created_at + interval '1 hour' end, case when id = 1 then 'Jane Doe' end
from bug where duplicate_of is null order by id;
insert into alert (kind, thread, severity, title, machine_id, at, ended_at)
select 'machine_lost', 'machine:' || id, 'medium', 'Machine ' || name || ' is silent', id, now() - interval '3 days', now() - interval '2 days' from machine where name = 'nuc-4';
insert into alert (kind, thread, severity, title, at)
select 'change_confirmed', 'change:' || min(id), 'medium', 'Share of failures rose 750 times under x86_64-ext4-reader', now() - interval '7 days' from change where state = 'confirmed';
update change set alert_id = (select max(id) from alert) where state = 'confirmed';
insert into alert_place (alert_id, tree_id, profile_id, attempt_id)
select a.id, 1, l.profile_id, min(o.attempt_id) from alert a join occurrence o on o.bug_id = a.bug_id join attempt_place l on l.attempt_id = o.attempt_id where l.tree_id = 1 group by a.id, l.profile_id;
insert into alert_history (alert_id, at, token_id, action, note) select id, acknowledged_at, 2, 'acknowledge', 'the page has no reference' from alert where acknowledged_at is not null;
insert into subscription (name, channel, target, is_public, digest_hours, secret, token_id, state, paused_why) values
	('mm-people', 'mail', 'mm@lab.example', false, 0, null, 2, 'active', null), ('linux-mm', 'mail', 'linux-mm@lists.example', true, 0, null, 2, 'active', null),
	('dashboard', 'webhook', 'https://hooks.lab.example/faultline', false, 0, webhook_secret(), 2, 'paused', 'its address answered 410');
insert into delivery (subscription_id, state, thread, tries, error, subject, content, message_id, created_at, sent_at)
select s.id, case s.name when 'mm-people' then 'sent' when 'linux-mm' then 'draft' else 'given_up' end, a.thread, case s.name when 'linux-mm' then 0 else 1 end, case s.name when 'dashboard' then 'the server answered 410 Gone' end,
	'[faultline] ' || a.title, a.title || E'\n\nfirst seen at commit ' || (select sha from commit where id = 413) || E'\n', 'alert-' || a.id || '-' || s.id || '@faultline.example', a.at, case s.name when 'mm-people' then a.at + interval '4 seconds' end
from alert a, subscription s where a.kind like 'bug%' order by a.id, s.id;
insert into delivery_alert select d.id, a.id from delivery d join alert a using (thread);
insert into machine_change (machine_id, at, token_id, what, before, after, note) select id, now() - interval '3 days', 2, 'state', 'active', 'maintenance', 'its fan is loud' from machine where name = 'nuc-4';
insert into tree_policy (tree_id, profiles) select 1, array_agg(id) from profile;
-- A search that has ended: the attempts of the 40 commits around the defect, and what is believed.
insert into bisection (tree_id, profile_id, kind, bug_id, older_id, newer_id, state, budget_minutes, used_minutes, none, entropy, seen_attempts, is_told, clean_runs, looked_at, token_id, created_at, ended_at)
select 1, p.id, 'broken', 1, 393, 433, 'found', 1440, 31.5, 0.0004, 0.07, 12, true, 5, now() - interval '12 days', 2, now() - interval '13 days', now() - interval '12 days'
from profile p where p.name = 'x86_64-xfs1k-hot';
insert into bisection_commit select b.id, c.id - 393, c.id, case c.id when 413 then 0.992 when 414 then 0.006 when 412 then 0.0016 else 0 end from bisection b join commit c on c.id between 393 and 433;
insert into bisection_parent select b.id, n, n - 1 from bisection b, generate_series(1, 40) n;
insert into bisection_attempt
select b.id, a.id, r.commit_id - 393, a.result = 'crash', 1, 0.4
from bisection b join revision r on r.tree_id = b.tree_id and r.is_plain and r.commit_id between 393 and 433 join job j on j.revision_id = r.id and j.profile_id = b.profile_id join attempt a on a.job_id = j.id and a.result in ('clean', 'crash');
-- Suspect x fix, ordered for the same bug.
insert into crossing (bug_id, tree_id, profile_id, base_id, suspect_id, fix_id, attempts, token_id) select 1, 1, p.id, 433, 413, 450, 10, 2 from profile p where p.name = 'x86_64-xfs1k-hot';
insert into crossing_cell select x.id, true, false, (select r.id from revision r where r.commit_id = x.base_id and r.tree_id = 1 and r.is_plain) from crossing x;
commit;
analyze;
