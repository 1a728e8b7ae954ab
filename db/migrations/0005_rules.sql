-- Rules: regular expressions by which people mark known issues, what they match, and who changed them when.

create table rule (
	id bigint generated always as identity primary key,
	name text not null unique check (name ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$'),
	version integer not null default 1 check (version > 0),
	pattern text not null check (octet_length(pattern) between 1 and 2000),
	target text not null check (target in ('line', 'report', 'title')),
	arch text check (arch ~ '^[a-z0-9_]{1,16}$'),
	fs text check (fs ~ '^[a-z0-9_]{1,16}$'),
	tree_id bigint references tree (id),
	issue text not null check (length(issue) between 1 and 2000),
	link text check (link ~ '^https?://' and length(link) <= 2048),
	bug_id bigint references bug (id) on delete set null,
	state text not null default 'active' check (state in ('active', 'retired')),
	pattern_version integer not null default 1 check (pattern_version between 1 and version),
	swept_attempt_id bigint,
	swept_byte bigint,
	swept_at timestamptz,
	limit_hits integer not null default 0,
	error text,
	error_attempt_id bigint,
	error_at timestamptz,
	created_at timestamptz not null default now(),
	check ((swept_attempt_id is null) = (swept_byte is null))
);
create index rule_active on rule (id) where state = 'active';
comment on table rule is 'Regular expressions that mark known issues in crash reports.';
comment on column rule.id is 'Key.';
comment on column rule.name is 'External name.';
comment on column rule.version is 'Goes up with each change, so that two people do not undo each other''s.';
comment on column rule.pattern is 'PCRE2, in the dialect of its library''s version.';
comment on column rule.target is 'What it is tried on: line: each line of the report by itself; report: its text; title: its title and alternative titles.';
comment on column rule.arch is 'Only reports of kernels of this architecture; null: any.';
comment on column rule.fs is 'Only reports of tests on this file system; null: any.';
comment on column rule.tree_id is 'Only reports of this tree; null: any.';
comment on column rule.issue is 'What is known, for people.';
comment on column rule.link is 'Where to read more.';
comment on column rule.bug_id is 'The bug that is the known issue: it is marked whether or not the pattern matches; null: only what matches.';
comment on column rule.state is 'active, or retired: marks nothing any more, its matches stay.';
comment on column rule.pattern_version is 'Version at which what it matches last changed: matches of older ones no longer count.';
comment on column rule.swept_attempt_id is 'Old reports are tried from the newest down: tried so far …';
comment on column rule.swept_byte is '… to the report that begins here; both null: not begun.';
comment on column rule.swept_at is 'When all old reports had been tried; null: under way.';
comment on column rule.limit_hits is 'How many reports the pattern was given up at since it last changed; at ten it is tried no more.';
comment on column rule.error is 'Why it was given up the last time; null: never since it changed.';
comment on column rule.error_attempt_id is 'At whose report.';
comment on column rule.error_at is 'When.';
comment on column rule.created_at is 'When it was added.';

create table rule_history (
	rule_id bigint not null references rule (id),
	version integer not null,
	at timestamptz not null default now(),
	token_id bigint references token (id),
	content jsonb not null,
	note text not null default '' check (length(note) <= 2000),
	primary key (rule_id, version)
);
comment on table rule_history is 'Each version of a rule: who, when, what it said.';
comment on column rule_history.rule_id is 'The rule.';
comment on column rule_history.version is 'The version.';
comment on column rule_history.at is 'When it was made.';
comment on column rule_history.token_id is 'Who made it.';
comment on column rule_history.content is 'The whole rule as it was from then on.';
comment on column rule_history.note is 'What the person wrote.';

create table rule_match (
	rule_id bigint not null references rule (id),
	attempt_id bigint not null,
	start_byte bigint not null,
	rule_version integer not null,
	bug_id bigint not null,
	at timestamptz not null default now(),
	primary key (rule_id, attempt_id, start_byte)
);
create index rule_match_attempt on rule_match (attempt_id, start_byte);
create index rule_match_bug on rule_match (bug_id, rule_id, rule_version);
comment on table rule_match is 'Reports that rules match.';
comment on column rule_match.rule_id is 'The rule.';
comment on column rule_match.attempt_id is 'The attempt.';
comment on column rule_match.start_byte is 'Where the report begins in its console.';
comment on column rule_match.rule_version is 'The rule''s pattern_version that matched.';
comment on column rule_match.bug_id is 'The report''s bug; set anew when the report goes to another (rule_requeue).';
comment on column rule_match.at is 'When it was found.';

create table rule_item (
	attempt_id bigint primary key,
	queued_at timestamptz not null default now()
);
comment on table rule_item is 'Attempts whose reports have changed: all rules are tried on them anew.';
comment on column rule_item.attempt_id is 'The attempt.';
comment on column rule_item.queued_at is 'Since when.';

create function rule_requeue(bug_id bigint) returns void
language sql as $$
	insert into rule_item (attempt_id)
	select distinct attempt_id from (
		select o.attempt_id from occurrence o where o.bug_id = $1 union all select m.attempt_id from rule_match m where m.bug_id = $1
	) r (attempt_id)
	order by attempt_id
	on conflict (attempt_id) do update set queued_at = now()
$$;
comment on function rule_requeue(bigint) is 'To be called for each bug that reports were moved from or to.';

create function rule_is_known(bug_id bigint) returns boolean
language sql stable as $$
	select exists (
		select from rule_match m join rule r on r.id = m.rule_id and r.state = 'active' and r.pattern_version = m.rule_version where m.bug_id = $1
	) or exists (select from rule r where r.bug_id = $1 and r.state = 'active')
$$;
comment on function rule_is_known(bigint) is 'Does an active rule mark the bug as a known issue?';

create function rule_marks(bug_id bigint) returns json
language sql stable as $$
	select json_agg(json_build_object('id', r.id, 'href', '/rules/' || r.id, 'name', r.name, 'issue', r.issue, 'link', r.link) order by r.id)
	from rule r
	where r.state = 'active' and (r.bug_id = $1
		or exists (select from rule_match m where m.bug_id = $1 and m.rule_id = r.id and m.rule_version = r.pattern_version))
$$;
comment on function rule_marks(bigint) is 'The known issues that active rules see in a bug; null: none.';

create function rule_marks_at(attempt_id bigint, start_byte bigint) returns json
language sql stable as $$
	select json_agg(json_build_object('id', r.id, 'href', '/rules/' || r.id, 'name', r.name, 'issue', r.issue, 'link', r.link) order by r.id)
	from rule_match m join rule r on r.id = m.rule_id and r.state = 'active' and r.pattern_version = m.rule_version
	where m.attempt_id = $1 and m.start_byte = $2
$$;
comment on function rule_marks_at(bigint, bigint) is 'The known issues that active rules see in one report; null: none.';

