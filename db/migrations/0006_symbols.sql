-- Where in the source a crash lies. A kernel that has crashed is built once more with debug information, when nothing else is to be done, and
-- the runner that holds its vmlinux answers which file and line a function's offset is. These orders are no jobs and make no attempts, so
-- that nothing which counts attempts can count them.

alter table attempt add column build_id text check (build_id ~ '^[0-9a-f]{16,128}$');
create index attempt_build_id on attempt (build_id) where build_id is not null;
comment on column attempt.build_id is 'Build id of the kernel under test, which the linker left in it; null: unknown, or nothing was built.';

alter table occurrence add column source_file text check (length(source_file) <= 4096);
alter table occurrence add column source_line integer check (source_line >= 0);
alter table occurrence add column is_symbolised boolean not null default false;
comment on column occurrence.is_symbolised is 'All that can be known of its frames is known, and the guilty file was looked for.';
comment on column occurrence.source_file is 'The guilty source file, found from the symbolised frames; null: not known (yet).';
comment on column occurrence.source_line is 'The line in it; null: unknown.';

create table kernel (
	id bigint generated always as identity primary key,
	revision_id bigint not null references revision (id),
	arch text not null,
	config text not null,
	build_id text not null check (build_id ~ '^[0-9a-f]{16,128}$'),
	job_id bigint not null references job (id),
	seen_at timestamptz not null default now(),
	unique (build_id, revision_id, arch, config)
);
comment on table kernel is 'A kernel that has crashed: what it was built from. Two revisions may give the same build id, when they differ in comments only; their lines differ nevertheless.';
comment on column kernel.id is 'Key.';
comment on column kernel.revision_id is 'What it was built from.';
comment on column kernel.arch is 'For which architecture.';
comment on column kernel.config is 'With which config.';
comment on column kernel.build_id is 'Its build id.';
comment on column kernel.job_id is 'A job that built it: all that a runner must know to build it again.';
comment on column kernel.seen_at is 'When it first crashed.';

create table symbol_order (
	kernel_id bigint primary key references kernel (id),
	state text not null default 'queued' check (state in ('queued', 'leased', 'answered', 'done', 'failed')),
	machine_id bigint references machine (id),
	claim_id uuid unique,
	lease_until timestamptz,
	queued_at timestamptz not null default now(),
	tries integer not null default 0,
	retry_at timestamptz not null default now(),
	error text,
	vmlinux_build_id text,
	vmlinux_bytes bigint check (vmlinux_bytes >= 0),
	build_seconds double precision check (build_seconds >= 0),
	check ((state = 'leased') = (claim_id is not null and lease_until is not null))
) with (fillfactor = 80);
create index symbol_order_open on symbol_order (state, queued_at) where state in ('queued', 'leased', 'answered');
comment on table symbol_order is 'What runners are to look up in a kernel, one row for each kernel; it is queued again when more is wanted.';
comment on column symbol_order.kernel_id is 'The kernel.';
comment on column symbol_order.state is 'queued; leased: a runner is at it; answered: to be put to the reports; done; failed: tried often enough, error says why.';
comment on column symbol_order.machine_id is 'Who built the kernel, later who holds its vmlinux: asked first, while it lives.';
comment on column symbol_order.claim_id is 'The runner''s own id of its claim, while leased.';
comment on column symbol_order.lease_until is 'Past this, without renewal, it is queued again.';
comment on column symbol_order.queued_at is 'When it was (last) queued.';
comment on column symbol_order.tries is 'How often it was begun since the last answer; giving way to a job does not count.';
comment on column symbol_order.retry_at is 'Not to be begun before this.';
comment on column symbol_order.error is 'Why it failed the last time.';
comment on column symbol_order.vmlinux_build_id is 'Build id of the vmlinux with debug information; it differs from the kernel''s, since the linker hashes that information too.';
comment on column symbol_order.vmlinux_bytes is 'Its size.';
comment on column symbol_order.build_seconds is 'How long building it took; null: not built yet.';

create table symbol (
	kernel_id bigint not null references kernel (id),
	function text not null check (length(function) between 1 and 512),
	offset_bytes bigint not null check (offset_bytes >= 0),
	size_bytes bigint not null check (size_bytes > 0),
	is_call boolean not null,
	state text not null default 'wanted' check (state in ('wanted', 'found', 'differs', 'unknown', 'ambiguous')),
	frames jsonb,
	primary key (kernel_id, function, offset_bytes, size_bytes, is_call),
	check ((state = 'found') = (frames is not null))
);
create index symbol_wanted on symbol (kernel_id) where state = 'wanted';
comment on table symbol is 'What was wanted to know of a kernel, and the answers: a cache that never goes stale, since a build id names one kernel for ever.';
comment on column symbol.kernel_id is 'The kernel.';
comment on column symbol.function is 'Function, as the console spelled it.';
comment on column symbol.offset_bytes is 'Offset in it.';
comment on column symbol.size_bytes is 'The function''s size as the kernel under test printed it: a rebuilt function of another size would give wrong lines.';
comment on column symbol.is_call is 'The offset is a return address: the call stands before it.';
comment on column symbol.state is 'wanted; found; differs: the rebuilt function has another size; unknown: no such function or no line; ambiguous: several functions of this name and size lie in different places.';
comment on column symbol.frames is 'When found: [{"function", "file", "line"}], what was inlined first, the function itself last; files relative to the tree.';

-- Both sides of "which kernel did this attempt run?" in one place.
create view attempt_kernel as
select a.id as attempt_id, a.claimed_at, k.id as kernel_id
from attempt a
	join job j on j.id = a.job_id
	join profile p on p.id = j.profile_id
	join kernel k on k.build_id = a.build_id and k.revision_id = j.revision_id and k.arch = p.arch and k.config = p.config;
comment on view attempt_kernel is 'The kernel of each attempt that has crashed with a known build id.';

-- The key of one frame of a report in the table symbol; a return address belongs to the call before it.
create function symbol_frames(attempt_id bigint, report jsonb) returns jsonb
language sql stable parallel safe as $$
	select coalesce(jsonb_agg(case
			when s.state = 'found' then f.frame || jsonb_build_object('file', s.frames -> -1 -> 'file', 'line', s.frames -> -1 -> 'line',
				'inlined', s.frames - -1)
			when s.state in ('differs', 'ambiguous', 'unknown') then f.frame || jsonb_build_object('source', s.state)
			else f.frame end order by f.n), '[]')
	from jsonb_array_elements(case when jsonb_typeof($2 -> 'frames') = 'array' then $2 -> 'frames' else '[]' end) with ordinality f (frame, n)
		left join (attempt_kernel k join symbol s using (kernel_id)) on k.attempt_id = $1 and s.function = f.frame ->> 'function'
			and s.offset_bytes = (f.frame ->> 'offset')::bigint and s.size_bytes = (f.frame ->> 'size')::bigint
			and s.is_call = (f.frame -> 'fault' is distinct from 'true') and not f.frame ? 'file'
$$;
comment on function symbol_frames(bigint, jsonb) is 'A report''s frames, with file, line and inlined (innermost first) where they are known by now.';

-- Web views of files hang together with those of commits in few ways; of others nothing is known.
create function page_source(web_url text, sha text, file text, line bigint) returns text
language sql stable parallel safe as $$
	select case
		when web_url is null or file is null or file !~ '^[A-Za-z0-9_][A-Za-z0-9_./+-]*$' then null
		when web_url ~ '/commit/\?(h=[^&]*&)?id=$' then regexp_replace(web_url, '/commit/\?(h=[^&]*&)?id=$', '/tree/') || file || '?id=' || sha || coalesce('#n' || nullif(line, 0), '')
		when web_url ~ '/commit/$' then regexp_replace(web_url, '/commit/$', '/blob/') || sha || '/' || file || coalesce('#L' || nullif(line, 0), '')
		when web_url ~ '/\+/$' then web_url || sha || '/' || file || coalesce('#' || nullif(line, 0), '') end
$$;
comment on function page_source(text, text, text, bigint) is 'Address of a source line in the tree''s web view: cgit, GitHub and GitLab, gitiles; null: not known how.';

-- For the pages: each frame whose place in the source is known, as it stands in the console's text.
create function page_places(attempt_id bigint, report jsonb) returns json
language sql stable parallel safe as $$
	select json_agg(json_build_object(
		'frame', (f.frame ->> 'function') || '+0x' || to_hex((f.frame ->> 'offset')::bigint) || '/0x' || to_hex((f.frame ->> 'size')::bigint),
		'at', (f.frame ->> 'file') || ':' || (f.frame ->> 'line'),
		'href', page_source(w.web_url, w.sha, f.frame ->> 'file', (f.frame ->> 'line')::bigint),
		'inlined', (select json_agg(json_build_object('function', i.frame ->> 'function', 'at', (i.frame ->> 'file') || ':' || (i.frame ->> 'line'),
				'href', page_source(w.web_url, w.sha, i.frame ->> 'file', (i.frame ->> 'line')::bigint)) order by i.n)
			from jsonb_array_elements(f.frame -> 'inlined') with ordinality i (frame, n))) order by f.n)
	from jsonb_array_elements(symbol_frames($1, $2)) with ordinality f (frame, n)
		left join lateral (
			select t.web_url, c.sha
			from attempt_place l join tree t on t.id = l.tree_id and t.kind = 'git' join commit c on c.id = l.commit_id
			where l.attempt_id = $1 and l.is_plain -- the lines of a patched tree are not those of its base
		) w on true
	where f.frame ? 'inlined'
$$;
comment on function page_places(bigint, jsonb) is 'Frames of a report with their place in the source: text in the console, file:line, link, and what was inlined there (innermost first).';
