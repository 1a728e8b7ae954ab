-- The life of a bug: which trees share bugs, what people decide, and which commits fix one where. What a person decides is
-- a rule on titles (bug_title) or on single reports (bug_pin), so that old consoles can be read again without undoing it.
-- Nothing is deleted but what a reader made for a title that it then took back.

alter table tree add family text not null default 'linux' check (family ~ '^[a-z0-9][a-z0-9._-]{0,63}$');
comment on column tree.family is 'Trees of one family share their bugs: mainline and mm-unstable do; a vendor''s tree may have a family of its own.';

update bug set state = 'open' where state = 'duplicate';
alter table bug
	add family text not null default 'linux' check (family ~ '^[a-z0-9][a-z0-9._-]{0,63}$'),
	add version integer not null default 1 check (version > 0),
	add duplicate_of bigint check (duplicate_of <> id),
	add previous_id bigint unique check (previous_id < id),
	add unique (id, family),
	add foreign key (duplicate_of, family) references bug (id, family),
	add foreign key (previous_id, family) references bug (id, family),
	add check ((state = 'duplicate') = (duplicate_of is not null));
create index bug_duplicate on bug (duplicate_of) where duplicate_of is not null;
comment on column bug.state is 'new: nobody has looked; open: somebody has; fixed: every tracked tree of the family has the fix; duplicate, invalid; reopened: seen again after it was settled. A bug whose fix is named and not yet everywhere stays open.';
comment on column bug.family is 'The family of trees whose reports are its occurrences.';
comment on column bug.version is 'Goes up with each change of its life, so that two people do not undo each other''s.';
comment on column bug.duplicate_of is 'The bug that new reports of this one count for.';
comment on column bug.previous_id is 'It was made when a report came from a revision that has that bug''s fix.';

alter table bug_title
	add family text not null default 'linux',
	add source text not null default 'reader' check (source in ('reader', 'person')),
	add joined_from bigint references bug (id),
	drop constraint bug_title_pkey,
	add primary key (family, title),
	drop constraint bug_title_bug_id_fkey,
	add foreign key (bug_id, family) references bug (id, family);
comment on column bug_title.family is 'The bug''s family: a title leads to one bug in each.';
comment on column bug_title.source is 'reader: it came with a report; person: somebody joined or split, and no reader moves it.';
comment on column bug_title.joined_from is 'The bug that a join took it from; null: none.';

create table bug_pin (
	attempt_id bigint not null references attempt (id),
	start_byte bigint not null,
	end_byte bigint not null check (end_byte >= start_byte),
	bug_id bigint not null references bug (id),
	primary key (attempt_id, start_byte)
);
create index bug_pin_bug on bug_pin (bug_id);
comment on table bug_pin is 'Reports that a person has given to a bug, whatever their titles say: what is read at these bytes belongs there.';
comment on column bug_pin.attempt_id is 'The attempt.';
comment on column bug_pin.start_byte is 'Where the report began in the console.';
comment on column bug_pin.end_byte is 'Where it ended: a reader that draws the borders otherwise still meets it.';
comment on column bug_pin.bug_id is 'The bug.';

create table bug_fix (
	bug_id bigint not null references bug (id),
	tree_id bigint references tree (id),
	title text not null check (length(title) between 1 and 1000),
	sha text check (sha ~ '^([0-9a-f]{40}|[0-9a-f]{64})$'),
	unique nulls not distinct (bug_id, tree_id)
);
comment on table bug_fix is 'The commit that fixes a bug, by its title, since the same fix has another hash in each tree.';
comment on column bug_fix.bug_id is 'The bug.';
comment on column bug_fix.tree_id is 'The tree in which the fix is called so; null: all that have no row of their own.';
comment on column bug_fix.title is 'First line of the commit''s message.';
comment on column bug_fix.sha is 'A commit that is the fix whatever its title; null: the title alone.';

create table bug_fix_commit (
	bug_id bigint not null references bug (id),
	tree_id bigint not null references tree (id),
	commit_id bigint not null references commit (id),
	is_revert boolean not null,
	landed_id bigint references commit (id),
	primary key (bug_id, tree_id, commit_id)
);
comment on table bug_fix_commit is 'Commits of a tree that bring a bug''s fix or take it away again.';
comment on column bug_fix_commit.bug_id is 'The bug.';
comment on column bug_fix_commit.tree_id is 'The tree.';
comment on column bug_fix_commit.commit_id is 'The commit.';
comment on column bug_fix_commit.is_revert is 'It takes the fix away.';
comment on column bug_fix_commit.landed_id is 'The first commit of the tree''s line that contains it: itself, or a merge; null: none yet.';

create table bug_history (
	id bigint generated always as identity primary key,
	bug_id bigint not null references bug (id),
	at timestamptz not null default now(),
	token_id bigint references token (id),
	action text not null check (action in ('open', 'invalid', 'duplicate', 'join', 'joined', 'split', 'split_off', 'fix', 'unfix', 'fixed', 'reopened', 'seen_again', 'family')),
	from_state text not null,
	to_state text not null,
	other_id bigint references bug (id),
	detail text not null default '',
	note text not null default '' check (length(note) <= 2000)
);
create index bug_history_bug on bug_history (bug_id, id);
create index bug_history_other on bug_history (other_id) where other_id is not null;
comment on table bug_history is 'Each change of a bug''s life: who, when, what.';
comment on column bug_history.id is 'Key, and order.';
comment on column bug_history.bug_id is 'The bug.';
comment on column bug_history.at is 'When.';
comment on column bug_history.token_id is 'Who; null: Faultline itself.';
comment on column bug_history.action is 'open, invalid, duplicate, fix, unfix: as ordered; join: took other_id in; joined: went into other_id; split: gave reports to other_id; split_off: got them from other_id; fixed: every tree has the fix; reopened: seen again, other_id is the older one; seen_again: other_id is the newer one; family: reports went to other_id as their tree changed its family.';
comment on column bug_history.from_state is 'State before.';
comment on column bug_history.to_state is 'State behind it.';
comment on column bug_history.other_id is 'The other bug, where there is one.';
comment on column bug_history.detail is 'What it was about: titles, the fix, the revision.';
comment on column bug_history.note is 'What the person wrote.';

-- Fixes are found by title: by equality only, and there are a million commits.
create index commit_subject on commit using hash (subject);

create function bug_is_untouched(bug_id bigint) returns boolean
language sql stable as $$
	select b.state in ('new', 'reopened')
		and not exists (select from bug_history h where h.bug_id = b.id and (h.token_id is not null or h.action not in ('reopened')))
		and not exists (select from bug o where o.duplicate_of = b.id or o.previous_id = b.id)
		and not exists (select from bug_pin p where p.bug_id = b.id)
		and not exists (select from bug_title t where t.bug_id = b.id and t.source = 'person')
	from bug b where b.id = $1
$$;
comment on function bug_is_untouched(bigint) is 'Only readers have had to do with it: it may go when its last report reads otherwise.';

-- Fix and revert come in the order in which they reached the tree's line; the last one before the commit decides.
create view bug_fix_tree as
select b.id as bug_id, t.id as tree_id, x.title, x.sha, e.commit_id, e.landed_id, e.ordinal, coalesce(e.weight > 0, false) as is_in
from bug b
	join tree t on t.family = b.family and t.kind = 'git'
	left join lateral (
		select f.title, f.sha from bug_fix f where f.bug_id = b.id and (f.tree_id = t.id or f.tree_id is null)
		order by f.tree_id nulls last limit 1
	) x on true
	left join lateral (
		select tc.ordinal, min(f.landed_id) as landed_id, min(f.commit_id) filter (where not f.is_revert) as commit_id, sum(case when f.is_revert then -1 else 1 end) as weight
		from bug_fix_commit f join tree_commit tc on tc.tree_id = f.tree_id and tc.commit_id = f.landed_id
		where f.bug_id = b.id and f.tree_id = t.id and tc.ordinal is not null
		group by tc.ordinal order by tc.ordinal desc limit 1
	) e on true
where exists (select from bug_fix f where f.bug_id = b.id);
comment on view bug_fix_tree is 'For each bug with a fix and each tracked tree of its family: what the fix is called there (null: nobody has said), and whether the tree''s newest commit has it.';

-- A base beside the line has what is among its ancestors; down from it until the line is met. A patch may be another
-- version of the fix, so it does not count as one; one that reverts it does.
create function bug_fix_holds(bug_id bigint, revision_id bigint) returns boolean
language sql stable as $$
	with recursive place as (
		select r.tree_id, r.commit_id, tc.ordinal
		from revision r left join tree_commit tc on tc.tree_id = r.tree_id and tc.commit_id = r.commit_id
		where r.id = $2
	), happened as (
		select f.commit_id, tc.ordinal, case when f.is_revert then -1 else 1 end as weight
		from place p
			join bug_fix_commit f on f.bug_id = $1 and f.tree_id = p.tree_id
			left join tree_commit tc on tc.tree_id = f.tree_id and tc.commit_id = f.landed_id
		where not exists (select from revision_revert v join commit c on c.sha = v.sha where v.revision_id = $2 and c.id = f.commit_id)
	), below (commit_id, ordinal) as (
		select commit_id, null::bigint from place where ordinal is null
		union
		select cp.parent_id, tc.ordinal
		from below b
			join commit_parent cp on cp.commit_id = b.commit_id
			left join tree_commit tc on tc.tree_id = (select tree_id from place) and tc.commit_id = cp.parent_id
		where b.ordinal is null
	)
	select case
		when not exists (select from happened) then false
		when exists (
			select from revision_patch p join bug_fix f on f.bug_id = $1
			where p.revision_id = $2 and regexp_replace(p.subject, '^(\[[^]]*\]\s*)+', '') = 'Revert "' || f.title || '"'
		) then false
		when (select ordinal is not null from place) then coalesce((
			select sum(h.weight) > 0 from happened h join place p on h.ordinal <= p.ordinal
			group by h.ordinal order by h.ordinal desc limit 1), false)
		else coalesce((
			select sum(h.weight) > 0 from happened h
			where h.ordinal <= (select max(ordinal) from below) or h.commit_id in (select commit_id from below)), false) end
$$;
comment on function bug_fix_holds(bigint, bigint) is 'Does a revision contain the bug''s fix, and not revert it? What cannot be known (prebuilt kernels) does not.';

create view bug_life as
select b.id as bug_id, b.family, jsonb_build_object('id', b.id, 'url', '/bugs/' || b.id, 'title', b.title, 'type', b.type, 'family', b.family, 'state', b.state, 'version', b.version,
	'created_at', to_char(b.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
	'titles', (select coalesce(jsonb_agg(t.title order by t.title), '[]') from bug_title t where t.bug_id = b.id),
	'duplicate_of', b.duplicate_of, 'duplicates', (select coalesce(jsonb_agg(d.id order by d.id), '[]') from bug d where d.duplicate_of = b.id),
	'previous', b.previous_id, 'next', (select n.id from bug n where n.previous_id = b.id),
	'fix', (select jsonb_build_object('is_everywhere', bool_and(x.is_in), 'trees', jsonb_agg(jsonb_build_object('tree', t.name, 'title', x.title, 'sha', x.sha,
			'is_in', x.is_in, 'commit', c.sha, 'ordinal', case when x.is_in then x.ordinal end) order by t.name))
		from bug_fix_tree x join tree t on t.id = x.tree_id left join commit c on c.id = x.commit_id and x.is_in
		where x.bug_id = b.id having count(*) > 0)) as life
from bug b;
comment on view bug_life is 'What the API says of each bug, without its reports.';
