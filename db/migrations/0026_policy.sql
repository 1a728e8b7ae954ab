-- Trees that are tested by themselves: which commits, under which profiles, how often and how dear.
alter table tree add column interval_s integer check (interval_s between 0 and 86400);
comment on column tree.interval_s is 'How often it is fetched unasked, seconds; 0: never; null: as the server''s option says.';

create table tree_policy (
	tree_id bigint primary key references tree (id),
	is_on boolean not null default true,
	commits text not null default 'every' check (commits in ('every', 'merges', 'tags')),
	every integer not null default 1 check (every between 1 and 1000000),
	per_day integer check (per_day between 1 and 100000),
	back integer not null default 100 check (back between 1 and 10000000),
	profiles bigint[] not null check (cardinality(profiles) between 1 and 64),
	repeats integer not null default 1 check (repeats between 1 and 1000),
	priority integer not null default 30 check (priority between 0 and 100),
	machine_hours integer check (machine_hours between 1 and 1000000),
	planned_at timestamptz,
	changed_at timestamptz not null default now(),
	token_id bigint references token (id)
);
comment on table tree_policy is 'What is tested of a watched tree without anybody asking.';
comment on column tree_policy.tree_id is 'The tree.';
comment on column tree_policy.is_on is 'No: nothing more is planned.';
comment on column tree_policy.commits is 'every: each commit of the first-parent line; merges: those with two parents; tags: those that a tag, or another branch, names.';
comment on column tree_policy.every is 'One commit in so many, by place on the line.';
comment on column tree_policy.per_day is 'At most so many commits in 24 hours; null: no limit.';
comment on column tree_policy.back is 'How far behind the newest commit the line is filled, in commits.';
comment on column tree_policy.profiles is 'Ids of the profiles.';
comment on column tree_policy.repeats is 'Jobs of each commit under each profile.';
comment on column tree_policy.priority is 'Of the runs.';
comment on column tree_policy.machine_hours is 'Nothing is planned while its attempts of the last 24 hours took so many hours of machines; null: no limit.';
comment on column tree_policy.planned_at is 'When a commit was last planned.';
comment on column tree_policy.changed_at is 'When somebody last changed it.';
comment on column tree_policy.token_id is 'Who did.';

alter table run add column is_planned boolean not null default false;
comment on column run.is_planned is 'A tree''s policy asked for it, no person.';
create index run_planned on run (tree_id, created_at) where is_planned;
