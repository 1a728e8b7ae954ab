-- Suspect x fix: four kernels, with and without each, under one profile: does the suspect cause a bug, or only raise the rate of an older one?
-- A commit that a base does not hold is put on it as a patch, which git makes of it.

create table commit_patch (
	commit_id bigint primary key references commit (id),
	tree_id bigint not null references tree (id),
	sha256 text references blob (sha256),
	error text check (length(error) between 1 and 2100),
	wanted_at timestamptz not null default now(),
	check (sha256 is null or error is null)
);
create index commit_patch_wanted on commit_patch (wanted_at) where sha256 is null and error is null;
comment on table commit_patch is 'Commits of a watched tree as patches, for revisions whose base does not hold them.';
comment on column commit_patch.commit_id is 'The commit.';
comment on column commit_patch.tree_id is 'A tree whose mirror holds it.';
comment on column commit_patch.sha256 is 'The patch; null: not made yet, or it cannot be.';
comment on column commit_patch.error is 'Why it cannot be made.';
comment on column commit_patch.wanted_at is 'Since when it is wanted.';

create table crossing (
	id bigint generated always as identity primary key,
	bug_id bigint not null references bug (id) on delete cascade,
	tree_id bigint not null references tree (id),
	profile_id bigint not null references profile (id),
	base_id bigint not null references commit (id),
	suspect_id bigint not null references commit (id),
	fix_id bigint not null references commit (id),
	attempts integer not null check (attempts between 1 and 100),
	token_id bigint references token (id),
	run_id bigint references run (id),
	error text check (length(error) between 1 and 2200),
	created_at timestamptz not null default now(),
	check (suspect_id <> fix_id),
	check (run_id is null or error is null)
);
create index crossing_bug on crossing (bug_id, id);
create index crossing_open on crossing (id) where run_id is null and error is null;
comment on table crossing is 'Suspect x fix, as somebody ordered it.';
comment on column crossing.id is 'Key.';
comment on column crossing.bug_id is 'The bug whose rates are asked for.';
comment on column crossing.tree_id is 'The tree.';
comment on column crossing.profile_id is 'Under which all four are run.';
comment on column crossing.base_id is 'What all four stand on.';
comment on column crossing.suspect_id is 'The commit that may have brought it: reverted where the base holds it, else applied.';
comment on column crossing.fix_id is 'The commit that may have mended it, likewise.';
comment on column crossing.attempts is 'Of each of the four.';
comment on column crossing.token_id is 'Who asked.';
comment on column crossing.run_id is 'The run; null: not ordered yet.';
comment on column crossing.error is 'Why it cannot be ordered.';
comment on column crossing.created_at is 'When it was asked for.';

create table crossing_cell (
	crossing_id bigint not null references crossing (id) on delete cascade,
	has_suspect boolean not null,
	has_fix boolean not null,
	revision_id bigint not null references revision (id),
	primary key (crossing_id, has_suspect, has_fix)
);
comment on table crossing_cell is 'The four kernels of a crossing. Whatever attempts there are of them count, whoever asked for these.';
comment on column crossing_cell.crossing_id is 'The crossing.';
comment on column crossing_cell.has_suspect is 'It holds the suspect.';
comment on column crossing_cell.has_fix is 'It holds the fix.';
comment on column crossing_cell.revision_id is 'The kernel.';

-- A commit is kept after its parents, so ids fall on the way back.
create function commit_holds(newer bigint, older bigint) returns boolean
language plpgsql stable parallel safe as $$
begin
	return $1 = $2 or exists (
		with recursive walk (id) as (
			select $1
			union
			select p.parent_id from walk w join commit_parent p on p.commit_id = w.id where p.parent_id >= $2
		)
		select from walk where id = $2);
end $$;
comment on function commit_holds(bigint, bigint) is 'Whether the second commit is the first or an ancestor of it.';

-- Prefixes serve as in run_commit_find; the line's own comes first where a prefix fits more than one.
create function commit_named(tree_id bigint, word text) returns bigint
language plpgsql stable parallel safe as $$
begin
	return coalesce(
		(select f.commit_id from tree_ref f where f.tree_id = $1 and f.name = $2),
		(select c.id from commit c join tree_commit t on t.commit_id = c.id and t.tree_id = $1
			where $2 ~ '^[0-9a-f]{7,64}$' and c.sha >= $2 and c.sha < $2 || 'g' order by t.ordinal nulls last, c.id limit 1));
end $$;
comment on function commit_named(bigint, text) is 'The commit of a tree that a branch, a tag or at least 7 digits of a hash name; null: there is none.';

create function crossing_words(crossing_id bigint) returns jsonb
language plpgsql stable parallel safe as $$
begin
	return (
		select jsonb_build_object('id', x.id, 'url', '/crossings/' || x.id, 'bug', x.bug_id, 'tree', t.name, 'profile', p.name, 'base', b.sha, 'suspect', s.sha, 'fix', f.sha, 'attempts', x.attempts,
			'run', x.run_id, 'error', x.error, 'created_at', to_char(x.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))
		from crossing x join tree t on t.id = x.tree_id join profile p on p.id = x.profile_id join commit b on b.id = x.base_id join commit s on s.id = x.suspect_id join commit f on f.id = x.fix_id
		where x.id = $1);
end $$;
comment on function crossing_words(bigint) is 'What the API says of a crossing.';
