-- Searches for what builds and boots break with: what broke by the bug itself is told as that, and not once more as broken.
create or replace function bisection_sides(bisection_id bigint) returns table (n integer, what text, hits bigint, clean bigint, broken bigint, waiting bigint)
language plpgsql stable parallel safe as $$
begin
	return query
	select s.n, s.what, count(*) filter (where h.is_hit), count(*) filter (where not h.is_hit and (a.result = 'clean' or (a.is_built and a.result in ('crash', 'hang', 'no_boot')))),
		count(*) filter (where not h.is_hit and a.result in ('no_apply', 'no_build', 'no_boot') and not (a.is_built and a.result = 'no_boot')), count(*) filter (where a.is_waiting)
	from bisection x join bisection_side s on s.bisection_id = x.id
		left join lateral (
			select t.id, t.claimed_at, t.result, j.ended_at is null as is_waiting, bug_what((select b.type from bug b where b.id = x.bug_id)) = 'build' as is_built
			from job j left join lateral (select * from attempt where job_id = j.id offset 0) t on true
			where j.revision_id = s.revision_id and j.profile_id = x.profile_id and (j.ended_at is null or t.id is not null) order by j.id desc limit 1000) a on true
		cross join lateral (select exists (select from occurrence o where o.bug_id = x.bug_id and o.attempt_id = a.id and o.claimed_at = a.claimed_at) as is_hit) h
	where x.id = $1 group by s.n, s.what order by s.n;
end $$;

-- Idle machines try conditions that were not tried enough, those first that should tell most for their minutes: within what a tree's policy gives
-- a day for what nobody asked, together with searches.
alter table tree_policy add column cells_at timestamptz;
comment on column tree_policy.cells_at is 'When it was last looked which conditions idle machines should try; null: never.';
comment on column tree_policy.bisect_minutes is 'Minutes of machines a day for what nobody asked: which commit brought a bug, took one away, or moved what is measured; and attempts under conditions under which a bug was not tried enough; null: none.';

create table cell_run (
	run_id bigint primary key references run (id),
	tree_id bigint not null references tree (id),
	bug_id bigint not null references bug (id) on delete cascade,
	factor text not null check (length(factor) between 1 and 100),
	level text not null check (length(level) <= 1000),
	gain double precision not null check (gain >= 0),
	ordered_at timestamptz not null default now()
);
create index cell_run_tree on cell_run (tree_id, ordered_at);
create index cell_run_bug on cell_run (bug_id, ordered_at);
comment on table cell_run is 'Runs of conditions under which a bug was not tried enough, for machines that were idle.';
comment on column cell_run.run_id is 'The run.';
comment on column cell_run.tree_id is 'The tree, whose budget pays for it.';
comment on column cell_run.bug_id is 'The bug.';
comment on column cell_run.factor is 'The factor, as the bug''s page calls it.';
comment on column cell_run.level is 'Its level that was not tried enough.';
comment on column cell_run.gain is 'Bits that it was expected to tell, for each minute of a machine.';
comment on column cell_run.ordered_at is 'When.';

create function unasked_minutes(tree_id bigint) returns double precision
language plpgsql stable parallel safe as $$
begin
	return coalesce((select sum(x.used_minutes) from bisection x where x.tree_id = $1 and x.token_id is null and x.created_at > now() - interval '24 hours'), 0)
		+ coalesce((select sum(extract(epoch from coalesce(a.ended_at, now()) - a.started_at)) / 60
			from cell_run c join job j on j.run_id = c.run_id join attempt a on a.job_id = j.id where c.tree_id = $1 and c.ordered_at > now() - interval '24 hours'), 0);
end $$;
comment on function unasked_minutes(bigint) is 'Minutes of machines that a tree took in the last 24 hours for what nobody asked.';
