-- What confirms a culprit: it beside its parent, reverted on the newer end, and, for a fix, applied to the older end, where they apply. Whatever
-- attempts there are of these kernels count, whoever asked for them. And whether two commits share what one was named for.

alter table bisection
	add column confirm_at timestamptz,
	add column two double precision check (two between 0 and 1),
	add column two_first_id bigint references commit (id),
	add column two_second_id bigint references commit (id);
comment on column bisection.confirm_at is 'When what confirms it was looked to; null: not yet.';
comment on column bisection.confirm_run_id is 'The run of what was still to be tried of the kernels that confirm it; null: nothing was.';
comment on column bisection.two is 'Belief that two commits of the range share it; null: not asked.';
comment on column bisection.two_first_id is 'The likeliest two, were there two: one.';
comment on column bisection.two_second_id is 'The other.';

create table bisection_side (
	bisection_id bigint not null references bisection (id) on delete cascade,
	n integer not null check (n between 1 and 9),
	what text not null check (length(what) between 1 and 200),
	revision_id bigint not null references revision (id),
	primary key (bisection_id, n)
);
comment on table bisection_side is 'The kernels that confirm a search''s culprit.';
comment on column bisection_side.bisection_id is 'The search.';
comment on column bisection_side.n is 'Order on the page.';
comment on column bisection_side.what is 'What it is, for people.';
comment on column bisection_side.revision_id is 'The kernel.';

insert into bisection_side (bisection_id, n, what, revision_id)
select distinct on (x.id, r.is_plain) x.id, case when r.is_plain then 3 else 4 end, case when r.is_plain then 'the newer end' else 'the newer end with it reverted' end, r.id
from bisection x join job j on j.run_id = x.confirm_run_id join revision r on r.id = j.revision_id order by x.id, r.is_plain, r.id;
update bisection set confirm_at = ended_at where state <> 'running';

create or replace function bisection_sides(bisection_id bigint) returns table (n integer, what text, hits bigint, clean bigint, broken bigint, waiting bigint)
language plpgsql stable parallel safe as $$
begin
	return query
	select s.n, s.what, count(*) filter (where h.is_hit), count(*) filter (where a.result = 'clean' and not h.is_hit), count(*) filter (where a.result in ('no_apply', 'no_build', 'no_boot')), count(*) filter (where a.is_waiting)
	from bisection x join bisection_side s on s.bisection_id = x.id
		left join lateral (
			select t.id, t.claimed_at, t.result, j.ended_at is null as is_waiting from job j left join lateral (select * from attempt where job_id = j.id offset 0) t on true
			where j.revision_id = s.revision_id and j.profile_id = x.profile_id and (j.ended_at is null or t.id is not null) order by j.id desc limit 1000) a on true
		cross join lateral (select exists (select from occurrence o where o.bug_id = x.bug_id and o.attempt_id = a.id and o.claimed_at = a.claimed_at) as is_hit) h
	where x.id = $1 group by s.n, s.what order by s.n;
end $$;

create or replace function bisection_confirmed(bisection_id bigint) returns boolean
language plpgsql stable parallel safe as $$
begin
	return (select x.state <> 'found' or x.kind = 'moved' or x.ended_at < now() - interval '1 day' or (x.confirm_at is not null and not exists (
			select from job j where j.run_id = x.confirm_run_id and (j.ended_at is null or exists (select from attempt a join work_item w on w.attempt_id = a.id and w.retry_at < 'infinity' where a.job_id = j.id))))
		from bisection x where x.id = $1);
end $$;
