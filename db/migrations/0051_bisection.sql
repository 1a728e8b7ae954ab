-- Searches for the commit that broke something or mended it: what is believed of each commit of a range, and what told so.
create table bisection (
	id bigint generated always as identity primary key,
	tree_id bigint not null references tree (id),
	profile_id bigint not null references profile (id),
	kind text not null check (kind in ('broken', 'fixed')),
	bug_id bigint not null references bug (id) on delete cascade,
	older_id bigint not null references commit (id),
	newer_id bigint not null references commit (id),
	state text not null default 'running' check (state in ('running', 'found', 'inseparable', 'not_here', 'stuck', 'too_large', 'out_of_budget', 'cancelled')),
	budget_minutes integer not null check (budget_minutes between 1 and 1000000),
	used_minutes double precision not null default 0,
	needs_minutes double precision,
	none double precision,
	entropy double precision,
	seen_attempts bigint not null default -1,
	looked_at timestamptz,
	token_id bigint references token (id),
	created_at timestamptz not null default now(),
	ended_at timestamptz,
	check (older_id <> newer_id),
	check ((state = 'running') = (ended_at is null))
);
create unique index bisection_running on bisection (bug_id, tree_id, kind) where state = 'running';
create index bisection_bug on bisection (bug_id, id);
create index bisection_due on bisection (looked_at nulls first) where state = 'running';
comment on table bisection is 'The search for the commit that brought a bug, or took it away.';
comment on column bisection.id is 'Key.';
comment on column bisection.tree_id is 'The tree.';
comment on column bisection.profile_id is 'Under which all its attempts are made.';
comment on column bisection.kind is 'broken: which commit brought the bug; fixed: which took it away.';
comment on column bisection.bug_id is 'The bug.';
comment on column bisection.older_id is 'The older end, before the culprit: a commit of the first-parent line.';
comment on column bisection.newer_id is 'The newer end, which holds it.';
comment on column bisection.state is 'running; found: one commit holds 0.99 of the belief; inseparable: some commits between which nothing can be tested; not_here: both ends are alike; stuck: nothing that can be tested tells more; too_large: more commits than can be searched; out_of_budget; cancelled: somebody did.';
comment on column bisection.budget_minutes is 'So many minutes of machines it may use.';
comment on column bisection.used_minutes is 'So many the attempts that it ordered have taken.';
comment on column bisection.needs_minutes is 'So many more it should need; null: nobody knows yet.';
comment on column bisection.none is 'Belief that the range does not hold it.';
comment on column bisection.entropy is 'Bits that are missing.';
comment on column bisection.seen_attempts is 'Attempts that counted when it was last looked at; -1: never.';
comment on column bisection.looked_at is 'When that was.';
comment on column bisection.token_id is 'Who asked; null: Faultline itself.';
comment on column bisection.created_at is 'When it began.';
comment on column bisection.ended_at is 'When it ended.';

create table bisection_commit (
	bisection_id bigint not null references bisection (id) on delete cascade,
	position integer not null check (position >= 0),
	commit_id bigint not null references commit (id),
	belief double precision not null check (belief between 0 and 1),
	primary key (bisection_id, position),
	unique (bisection_id, commit_id)
);
comment on table bisection_commit is 'The commits of a range, parents before children.';
comment on column bisection_commit.bisection_id is 'The bisection.';
comment on column bisection_commit.position is 'Place in the order; 0 is the older end.';
comment on column bisection_commit.commit_id is 'The commit.';
comment on column bisection_commit.belief is 'That it is the culprit.';

create table bisection_parent (
	bisection_id bigint not null references bisection (id) on delete cascade,
	position integer not null,
	parent integer not null check (parent < position),
	primary key (bisection_id, position, parent)
);
comment on table bisection_parent is 'Which commit of a range descends from which; what lies before the range counts as its older end.';
comment on column bisection_parent.bisection_id is 'The bisection.';
comment on column bisection_parent.position is 'The child.';
comment on column bisection_parent.parent is 'The parent.';

create table bisection_run (
	bisection_id bigint not null references bisection (id) on delete cascade,
	run_id bigint not null unique references run (id),
	primary key (bisection_id, run_id)
);
comment on table bisection_run is 'The attempts that a bisection ordered: a run of one job each.';
comment on column bisection_run.bisection_id is 'The bisection.';
comment on column bisection_run.run_id is 'The run.';

create table bisection_attempt (
	bisection_id bigint not null references bisection (id) on delete cascade,
	attempt_id bigint not null references attempt (id),
	position integer not null,
	has_event boolean not null,
	exposure double precision not null check (exposure >= 0),
	bits double precision not null,
	primary key (bisection_id, attempt_id)
);
comment on table bisection_attempt is 'Every attempt that counted, also those that were there before, and what it told.';
comment on column bisection_attempt.bisection_id is 'The bisection.';
comment on column bisection_attempt.attempt_id is 'The attempt.';
comment on column bisection_attempt.position is 'Its commit.';
comment on column bisection_attempt.has_event is 'The bug came.';
comment on column bisection_attempt.exposure is 'Work until then or until the end, as the search counted it.';
comment on column bisection_attempt.bits is 'What it told beyond the ones before it: how far it moved the belief (Kullback and Leibler).';

create function bisection_words(bisection_id bigint) returns jsonb
language sql stable parallel safe as $$
	select jsonb_build_object('id', x.id, 'url', '/bisections/' || x.id, 'kind', x.kind, 'state', x.state, 'bug', x.bug_id, 'tree', t.name, 'profile', p.name,
		'older', o.sha, 'newer', n.sha, 'commits', (select greatest(count(*) - 1, 0) from bisection_commit c where c.bisection_id = x.id),
		'none', x.none, 'entropy_bits', x.entropy, 'budget_minutes', x.budget_minutes, 'used_minutes', x.used_minutes, 'needs_minutes', x.needs_minutes,
		'culprit', (select k.sha from bisection_commit c join commit k on k.id = c.commit_id where c.bisection_id = x.id and x.state = 'found' order by c.belief desc limit 1),
		'attempts', (select count(*) from bisection_attempt a where a.bisection_id = x.id),
		'created_at', to_char(x.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'ended_at', to_char(x.ended_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))
	from bisection x join tree t on t.id = x.tree_id join profile p on p.id = x.profile_id join commit o on o.id = x.older_id join commit n on n.id = x.newer_id
	where x.id = $1
$$;
comment on function bisection_words(bigint) is 'What the API says of a search.';

create function bisection_credible(bisection_id bigint) returns table (commit_id bigint, place integer, belief double precision, before double precision)
language sql stable parallel safe as $$
	select commit_id, place, belief, before from (
		select c.commit_id, c.position, c.belief, coalesce(sum(c.belief) over (order by c.belief desc, c.position rows between unbounded preceding and 1 preceding), 0)
		from bisection_commit c where c.bisection_id = $1 and c.belief > 0
	) s (commit_id, place, belief, before)
	where before < 0.99
$$;
comment on function bisection_credible(bigint) is 'The smallest set of a search''s commits that holds 0.99 of the belief, or all of it; `before` is what likelier ones hold.';

create function page_bisection_status(state text) returns json
language sql immutable parallel safe as $$
	select case $1
		when 'running' then '{"word": "running", "mark": "…", "class": "busy"}'
		when 'found' then '{"word": "found", "mark": "✓", "class": "good"}'
		when 'inseparable' then '{"word": "these cannot be separated", "mark": "✓", "class": "good"}'
		when 'not_here' then '{"word": "both ends are alike", "mark": "?", "class": "warn"}'
		when 'stuck' then '{"word": "nothing tells more", "mark": "?", "class": "warn"}'
		when 'too_large' then '{"word": "too many commits", "mark": "?", "class": "warn"}'
		when 'out_of_budget' then '{"word": "out of budget", "mark": "?", "class": "warn"}'
		else '{"word": "cancelled", "mark": "–", "class": "idle"}' end::json
$$;
comment on function page_bisection_status(text) is 'Word, mark and class of a search.';
