-- Signatures with one cause: bugs whose rates rise and fall with the same commits, reverts and fixes and whose call chains share pieces are proposed
-- as one. A person joins them or says that they are two; that is kept, and not asked again.

create table cause_item (
	tree_id bigint primary key references tree (id) on delete cascade,
	queued_at timestamptz not null default now()
);
comment on table cause_item is 'Trees of which something was counted since their bugs were last held against each other; the stage removes the row in the transaction that looked.';
comment on column cause_item.tree_id is 'The tree.';
comment on column cause_item.queued_at is 'Since when.';

create table cause (
	id bigint generated always as identity primary key,
	first_id bigint not null references bug (id) on delete cascade,
	second_id bigint not null references bug (id) on delete cascade,
	tree_id bigint not null references tree (id) on delete cascade,
	state text not null default 'proposed' check (state in ('proposed', 'withdrawn', 'accepted', 'refused')),
	likeness double precision not null check (likeness between -1.001 and 1.001),
	shared double precision not null check (shared between 0 and 1.001),
	chance double precision not null check (chance between 0 and 1),
	q double precision not null check (q between 0 and 1),
	functions text[] not null default '{}',
	found_at timestamptz not null default now(),
	token_id bigint references token (id),
	decided_at timestamptz,
	check (first_id < second_id),
	check ((state in ('accepted', 'refused')) = (decided_at is not null)),
	unique (first_id, second_id)
);
create index cause_second on cause (second_id);
comment on table cause is 'Two bugs that may have one cause. A pair is one row, whatever becomes of it.';
comment on column cause.id is 'Key.';
comment on column cause.first_id is 'The bug with the smaller number.';
comment on column cause.second_id is 'The other.';
comment on column cause.tree_id is 'On whose commits it was found.';
comment on column cause.state is 'proposed: by the numbers; withdrawn: later attempts do not say so any more; accepted: they were joined; refused: a person said that they are two, or took a join back.';
comment on column cause.likeness is 'Of their rises and falls: 1 the same, 0 nothing in common.';
comment on column cause.shared is 'Part of the shorter call chain that both have, rare functions weighing more.';
comment on column cause.chance is 'Of as much likeness, were it luck.';
comment on column cause.q is 'Share of false ones among all that are proposed with no more than this, over all pairs of the tree.';
comment on column cause.functions is 'Functions that both call chains have.';
comment on column cause.found_at is 'When it was first so.';
comment on column cause.token_id is 'Who decided; null: nobody yet, or a report that showed it.';
comment on column cause.decided_at is 'When.';

create table cause_step (
	cause_id bigint not null references cause (id) on delete cascade,
	n integer not null check (n between 1 and 10),
	from_id bigint not null references revision (id),
	to_id bigint not null references revision (id),
	first_rise double precision not null,
	second_rise double precision not null,
	primary key (cause_id, n)
);
comment on table cause_step is 'Where both rose or both fell: the ten steps that say most.';
comment on column cause_step.cause_id is 'The proposal.';
comment on column cause_step.n is 'Order: along the line, then patched kernels beside what they stand on.';
comment on column cause_step.from_id is 'The kernel before the step.';
comment on column cause_step.to_id is 'The kernel behind it.';
comment on column cause_step.first_rise is 'How much the rate of the bug with the smaller number rose, in standard errors; negative: it fell.';
comment on column cause_step.second_rise is 'The same of the other.';

insert into cause_item (tree_id) select distinct r.tree_id from bug_tally y join revision r on r.id = y.revision_id;

alter table bug_history
	drop constraint bug_history_action_check,
	add constraint bug_history_action_check check (action in ('open', 'invalid', 'duplicate', 'join', 'joined', 'apart', 'split', 'split_off', 'fix', 'unfix', 'fixed', 'needless', 'needed', 'reopened', 'seen_again', 'family'));
comment on column bug_history.action is 'open, invalid, duplicate, fix, unfix, needless, needed: as ordered; join: took other_id in; joined: went into other_id; apart: is not of one cause with other_id; split: gave reports to other_id; split_off: got them from other_id; fixed: every tree that needs it has the fix; reopened: seen again, other_id is the older one; seen_again: other_id is the newer one; family: reports went to other_id as their tree changed its family.';

-- PL/pgSQL, since a connection keeps the plans of that.
create function cause_count(bug_id bigint, revision_id bigint, out hits bigint, out attempts bigint)
language plpgsql stable parallel safe as $$
begin
	hits := (select coalesce(sum(y.attempts), 0) from bug_tally y where y.bug_id = $1 and y.revision_id = $2);
	attempts := (select coalesce(sum(t.attempts), 0) from tally t where t.revision_id = $2);
end $$;
comment on function cause_count(bigint, bigint) is 'Attempts of a kernel in which a bug came, and all of it.';

create function cause_pair(bug_id bigint, revision_id bigint) returns jsonb
language sql stable parallel safe as $$
	select jsonb_build_object('hits', c.hits, 'attempts', c.attempts) from cause_count($1, $2) c
$$;
comment on function cause_pair(bigint, bigint) is 'The same as JSON.';

create function cause_words(bug_id bigint) returns jsonb
language plpgsql stable as $$
begin
	return (
		select coalesce(jsonb_agg(jsonb_build_object('bug', o.id, 'url', '/bugs/' || o.id, 'title', o.title, 'state', c.state, 'tree', t.name, 'likeness', c.likeness, 'shared', c.shared,
				'chance', c.chance, 'q', c.q, 'functions', c.functions, 'found_at', to_char(c.found_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
				'who', (select k.name from token k where k.id = c.token_id), 'decided_at', to_char(c.decided_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
				'steps', (select coalesce(jsonb_agg(jsonb_build_object('from', revision_label(s.from_id), 'to', revision_label(s.to_id), 'is_beside', not r.is_plain, 'commit', k.sha,
						'this', jsonb_build_object('rise', case when c.first_id = $1 then s.first_rise else s.second_rise end, 'before', cause_pair($1, s.from_id), 'behind', cause_pair($1, s.to_id)),
						'other', jsonb_build_object('rise', case when c.first_id = $1 then s.second_rise else s.first_rise end, 'before', cause_pair(o.id, s.from_id), 'behind', cause_pair(o.id, s.to_id))) order by s.n), '[]')
					from cause_step s join revision r on r.id = s.to_id join commit k on k.id = r.commit_id where s.cause_id = c.id)) order by c.q, o.id), '[]')
		from cause c join bug o on o.id = case when c.first_id = $1 then c.second_id else c.first_id end join tree t on t.id = c.tree_id
		where $1 in (c.first_id, c.second_id) and c.state <> 'withdrawn');
end $$;
comment on function cause_words(bigint) is 'What the API says of the bugs that may have, have or have not one cause with a bug.';
