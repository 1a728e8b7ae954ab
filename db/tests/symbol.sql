-- Symbols: what is wanted of a kernel that crashed, who is asked, what the answers do to its reports; and none of it is a job or an attempt.
\ir attempts.fixture

select repeat('ab', 20) as build \gset
select id as m from machine \gset
insert into machine (name, arch, cpus, memory_mb, runner_version, kernel_release, cpu_model, tags) values ('other', 'x86_64', 2, 1000, '1', '6', 'cpu', '{arch:x86_64}')
returning id as other \gset
update machine set tags = '{arch:x86_64}' where id = :m;
insert into bug (title) values ('kernel BUG in f') returning id as bug \gset
insert into occurrence (attempt_id, claimed_at, start_byte, end_byte, bug_id, title, reader_version, is_corrupted, report)
	select id, claimed_at, 10, 20, :bug, 'kernel BUG in f', 1, false, '{"frames": [{"function": "f", "offset": 16, "size": 32, "fault": true}, {"function": "g", "offset": 5, "size": 9},
		{"function": "in_user_space"}, {"function": "h", "offset": 5, "size": 9, "module": "xfs"}, {"function": "known", "offset": 1, "size": 9, "file": "mm/x.c", "line": 1}]}'
	from attempt where id in (:a1, :a2);

create temp table without as execute symbol_want(:a1);
select pg_temp.expect('a kernel without a build id cannot be looked up', count(*), 0::bigint) from without;
update attempt set build_id = :'build' where id in (:a1, :a2);
create temp table wanted as execute symbol_want(:a1);
execute symbol_want(:a1);
select pg_temp.expect('one order, however often it is asked', count(*), 1::bigint) from symbol_order;
select pg_temp.expect('each frame with an offset and no file, once', string_agg(concat_ws(' ', function, offset_bytes, size_bytes, is_call, state), ', ' order by function),
	'f 16 32 f wanted, g 5 9 t wanted, h 5 9 t wanted') from symbol;
select kernel_id as k from symbol_order \gset

-- Who built the kernel is asked; another only when that one is away.
create temp table refused as execute symbol_claim(:other, '{x86_64}', '00000000-0000-0000-0000-000000000001', 60);
select pg_temp.expect('another machine is not asked', count(*), 0::bigint) from refused;
create temp table otherwise as execute symbol_claim(:m, '{arm64}', '00000000-0000-0000-0000-000000000001', 60);
select pg_temp.expect('nor one that builds for other archs', count(*), 0::bigint) from otherwise;
execute symbol_claim(:m, '{x86_64}', '00000000-0000-0000-0000-000000000001', 60) \gset first_
execute symbol_claim(:m, '{x86_64}', '00000000-0000-0000-0000-000000000001', 60) \gset again_
select pg_temp.expect('a repeated claim answers the same', :first_id * 10 + tries, :again_id * 10) from symbol_order;
execute symbol_wanted(:k) \gset
select pg_temp.expect('what is to be looked up', json_array_length(:'wanted'), 3);
execute symbol_beat(:k, '00000000-0000-0000-0000-000000000001', 60) \gset
select pg_temp.expect('no job waits', :'gives_way'::boolean, false);
update job set state = 'queued' where id = (select min(id) from job);
execute symbol_beat(:k, '00000000-0000-0000-0000-000000000001', 60) \gset
select pg_temp.expect('a job waits', :'gives_way'::boolean, true);
execute symbol_release(:k, '00000000-0000-0000-0000-000000000001', true, null) \gset
select pg_temp.expect('giving way costs nothing', state || tries, 'queued0') from symbol_order;
create temp table strange as execute symbol_beat(:k, '00000000-0000-0000-0000-000000000001', 60);
select pg_temp.expect('its lease is over', count(*), 0::bigint) from strange;
execute symbol_claim(:m, '{x86_64}', '00000000-0000-0000-0000-000000000002', 60);
update symbol_order set lease_until = now() - interval '1 second', retry_at = now() - interval '1 second';
execute symbol_expire;
select pg_temp.expect('an answer that nobody heard costs no try', state || tries, 'queued0') from symbol_order;
execute symbol_claim(:m, '{x86_64}', '00000000-0000-0000-0000-000000000002', 60);
update symbol_order set lease_until = now() - interval '1 second';
execute symbol_expire;
select pg_temp.expect('a silent runner''s order goes back', state || tries, 'queued1') from symbol_order;
update machine set seen_at = now() - interval '1 hour' where id = :m;
execute symbol_claim(:other, '{x86_64}', '00000000-0000-0000-0000-000000000003', 60);
select pg_temp.expect('another takes it over', machine_id, :other::bigint) from symbol_order;

-- Answers.
execute symbol_answer(:k, '00000000-0000-0000-0000-000000000003', '[{"function": "f", "offset": 16, "size": 32, "is_call": false, "state": "found",
	"frames": [{"function": "put", "file": "include/linux/mm.h", "line": 780}, {"function": "f", "file": "mm/filemap.c", "line": 27}]},
	{"function": "g", "offset": 5, "size": 9, "is_call": true, "state": "differs"}]', 'cd', 1000, 1.5);
select pg_temp.expect('what was not answered is asked again', o.state || o.tries || (select count(*) from symbol where state = 'wanted'), 'queued01') from symbol_order o;
execute symbol_claim(:other, '{x86_64}', '00000000-0000-0000-0000-000000000004', 60);
execute symbol_answer(:k, '00000000-0000-0000-0000-000000000004', '[{"function": "h", "offset": 5, "size": 9, "is_call": true, "state": "unknown"}]', 'cd', 1000, null);
select pg_temp.expect('answered; a kept vmlinux keeps the time it took', state || build_seconds, 'answered1.5') from symbol_order;
execute symbol_next \gset
create temp table report as execute symbol_reports(:kernel_id);
select pg_temp.expect('frames with their places', (select string_agg(concat_ws(' ', f ->> 'function', f ->> 'file', f ->> 'line', f ->> 'source', f -> 'inlined' -> 0 ->> 'function'), ', ' order by n)
	from jsonb_array_elements(frames::jsonb) with ordinality x (f, n)), 'f mm/filemap.c 27 put, g differs, in_user_space, h unknown, known mm/x.c 1') from report;
execute symbol_source_put(:a1, :'claimed', 10, 'mm/filemap.c', 27);
execute symbol_source_put(:a2, :'claimed', 10, 'mm/filemap.c', 27);
create temp table left_over as execute symbol_reports(:k);
select pg_temp.expect('all reports of that kernel have it', count(*), 0::bigint) from left_over;
execute symbol_done(:k);
select pg_temp.expect('done', state, 'done') from symbol_order;

-- The cache, and links into the tree's web view.
execute symbol_want(:a2) \gset cached_
select pg_temp.expect('what is known is not asked again', :'cached_state'::text, 'answered'::text);
execute symbol_done(:k);
update tree set web_url = 'https://git.example.org/t/commit/?id=';
select pg_temp.expect('pages get text, place and link', page_places(:a1, symbol_frames(:a1, report)) -> 0 ->> 'frame' || ' ' || (page_places(:a1, symbol_frames(:a1, report)) -> 0 ->> 'at') || ' ' || (page_places(:a1, symbol_frames(:a1, report)) -> 0 ->> 'href'),
	'f+0x10/0x20 mm/filemap.c:27 https://git.example.org/t/tree/mm/filemap.c?id=' || repeat('a', 40) || '#n27') from occurrence where attempt_id = :a1;
select pg_temp.expect('GitHub, gitiles, others', concat_ws(' ', page_source('https://h/o/r/commit/', 'abc', 'mm/x.c', 3), page_source('https://h/r/+/', 'abc', 'mm/x.c', 3), page_source('https://h/?c=', 'abc', 'mm/x.c', 3)),
	'https://h/o/r/blob/abc/mm/x.c#L3 https://h/r/+/abc/mm/x.c#3');
select pg_temp.expect('gitweb', page_source('https://h/?p=linux.git;a=commit;h=', 'abc', 'mm/x.c', 3), 'https://h/?p=linux.git;a=blob;f=mm/x.c;hb=abc#l3');
execute api_symbols(:'build', 'f') \gset
select pg_temp.expect('for people', :'body'::json #>> '{kernels,0,symbols,0,frames,1,file}', 'mm/filemap.c');

-- It has failed when it was tried three times.
update symbol set state = 'wanted', frames = null;
update symbol_order set state = 'queued', tries = 2;
execute symbol_claim(:other, '{x86_64}', '00000000-0000-0000-0000-000000000005', 60);
execute symbol_release(:k, '00000000-0000-0000-0000-000000000005', false, 'no room') \gset
select pg_temp.expect('tried often enough', state || error, 'failedno room') from symbol_order;

select pg_temp.expect('no job and no attempt came of it', (select count(*) from job) * 10 + (select count(*) from attempt), 44::bigint);
