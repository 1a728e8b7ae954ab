-- A tree may need no fix of a bug: it never had the defect. A person says so, and it does not hold the bug open.

create table bug_needless (
	bug_id bigint not null references bug (id),
	tree_id bigint not null references tree (id),
	primary key (bug_id, tree_id)
);
comment on table bug_needless is 'Trees of which a person says that they need no fix of a bug. Who and when stand in bug_history.';
comment on column bug_needless.bug_id is 'The bug.';
comment on column bug_needless.tree_id is 'The tree.';

alter table bug_history
	drop constraint bug_history_action_check,
	add constraint bug_history_action_check check (action in ('open', 'invalid', 'duplicate', 'join', 'joined', 'split', 'split_off', 'fix', 'unfix', 'fixed', 'needless', 'needed', 'reopened', 'seen_again', 'family'));
comment on column bug_history.action is 'open, invalid, duplicate, fix, unfix, needless, needed: as ordered; join: took other_id in; joined: went into other_id; split: gave reports to other_id; split_off: got them from other_id; fixed: every tree that needs it has the fix; reopened: seen again, other_id is the older one; seen_again: other_id is the newer one; family: reports went to other_id as their tree changed its family.';
comment on column bug.state is 'new: nobody has looked; open: somebody has; fixed: every tracked tree of the family that needs the fix has it; duplicate, invalid; reopened: seen again after it was settled. A bug whose fix is named and not yet everywhere stays open.';

-- Fix and revert come in the order in which they reached the tree's line; the last one before the commit decides.
create or replace view bug_fix_tree as
select b.id as bug_id, t.id as tree_id, x.title, x.sha, e.commit_id, e.landed_id, e.ordinal, coalesce(e.weight > 0, false) as is_in,
	coalesce(e.weight <= 0, true) and exists (select from bug_needless n where n.bug_id = b.id and n.tree_id = t.id) as is_needless
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
comment on view bug_fix_tree is 'For each bug with a fix and each tracked tree of its family: what the fix is called there (null: nobody has said), whether the tree''s newest commit has it, and where it has not, whether a person says that it needs none.';

create function bug_fix_pending(bug_id bigint) returns jsonb
language sql stable as $$
	select jsonb_build_object('in', count(*) filter (where x.is_in), 'of', count(*) filter (where not x.is_needless))
	from bug_fix_tree x join bug b on b.id = x.bug_id
	where x.bug_id = $1 and b.state in ('new', 'open', 'reopened')
	having count(*) > 0
$$;
comment on function bug_fix_pending(bigint) is 'A fix is named and the bug is not closed: in how many of the tracked trees that need it the fix is. Null: no fix is waited for.';

create or replace view bug_life as
select b.id as bug_id, b.family, jsonb_build_object('id', b.id, 'url', '/bugs/' || b.id, 'title', b.title, 'type', b.type, 'family', b.family, 'state', b.state, 'version', b.version,
	'created_at', to_char(b.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
	'titles', (select coalesce(jsonb_agg(t.title order by t.title), '[]') from bug_title t where t.bug_id = b.id),
	'duplicate_of', b.duplicate_of, 'duplicates', (select coalesce(jsonb_agg(d.id order by d.id), '[]') from bug d where d.duplicate_of = b.id),
	'previous', b.previous_id, 'next', (select n.id from bug n where n.previous_id = b.id),
	'fix_pending', bug_fix_pending(b.id),
	'fix', (select jsonb_build_object('is_everywhere', bool_and(x.is_in or x.is_needless) and bool_or(x.is_in), 'trees', jsonb_agg(jsonb_build_object('tree', t.name, 'title', x.title, 'sha', x.sha,
			'is_in', x.is_in, 'is_needless', x.is_needless, 'commit', c.sha, 'ordinal', case when x.is_in then x.ordinal end) order by t.name))
		from bug_fix_tree x join tree t on t.id = x.tree_id left join commit c on c.id = x.commit_id and x.is_in
		where x.bug_id = b.id having count(*) > 0)) as life
from bug b;
comment on view bug_life is 'What the API says of each bug, without its reports.';
