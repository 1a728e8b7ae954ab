-- The queue is shared fairly. A lane gathers the queued jobs that are alike to the queue: one user's, of one tree, of one priority, with the
-- same needs. A claim chooses among the few open lanes, then takes the lane's oldest job by index: the queue itself is never sorted.
alter table profile add column tags text[] not null default '{}';
comment on column profile.tags is 'Tags that a machine must have to run it, beside arch:ARCH and workload:NAME.';
alter table run add column tags text[] not null default '{}', add column machine text check (machine ~ '^[A-Za-z0-9._-]{1,64}$');
comment on column run.tags is 'Tags that a machine must have to take its jobs, beside the profile''s.';
comment on column run.machine is 'The one machine that takes its jobs; null: any that can.';

create table share (
	id bigint generated always as identity primary key,
	user_id bigint not null,
	tree_id bigint not null references tree (id),
	active integer not null default 0 check (active >= 0),
	served_at timestamptz,
	unique (user_id, tree_id)
) with (fillfactor = 50);
comment on table share is 'What a user has of the machines for one tree: the less, the sooner is the next job taken.';
comment on column share.id is 'Key.';
comment on column share.user_id is 'The token that orders; 0: watched trees.';
comment on column share.tree_id is 'The tree.';
comment on column share.active is 'Its jobs that are claimed or running now; kept by a trigger on job.';
comment on column share.served_at is 'When one was last claimed: of equals the one that has waited longest goes first.';

create table lane (
	id bigint generated always as identity primary key,
	share_id bigint not null references share (id),
	priority integer not null check (priority between 0 and 100),
	needs text[] not null,
	urgency integer not null,
	is_open boolean not null default false,
	since timestamptz,
	served_at timestamptz,
	unique (share_id, priority, needs)
) with (fillfactor = 50);
comment on table lane is 'Queued jobs that are alike to the queue, oldest first.';
comment on column lane.id is 'Key.';
comment on column lane.share_id is 'User and tree.';
comment on column lane.priority is '0 to 100, more is sooner.';
comment on column lane.urgency is 'The priority, lifted by ten for each hour in which no job of this priority with these needs was started although one waited; as of the last look.';
comment on column lane.needs is 'Tags that a machine must have, sorted: arch:ARCH, workload:NAME, those of profile and run, machine:NAME when only that one may.';
comment on column lane.is_open is 'A queued job may be there. Set when one is queued, cleared by lanes_look when none is left.';
comment on column lane.since is 'Since when its oldest queued job waits, as of the last look.';
comment on column lane.served_at is 'When a job of it was last claimed, to 10 s.';

create function job_needs(run_id bigint, profile_id bigint, arch text) returns text[]
language sql stable as $$
	select array(select distinct need from unnest(array['arch:' || $3, 'workload:' || p.workload] || p.tags || r.tags
			|| case when r.machine is null then '{}'::text[] else array['machine:' || r.machine] end) need order by 1)
	from profile p, run r where r.id = $1 and p.id = $2
$$;
comment on function job_needs(bigint, bigint, text) is 'The tags a machine must have for a profile of a run, sorted; the arch as in job.arch.';

create function lane_find(run_id bigint, profile_id bigint, arch text, priority integer) returns bigint
language plpgsql as $$
declare
	of record;
	wanted constant text[] := job_needs($1, $2, $3);
	share_found bigint;
	lane_found bigint;
begin
	select coalesce(run.token_id, 0) as user_id, run.tree_id into of from run where run.id = $1;
	select id into share_found from share where user_id = of.user_id and tree_id = of.tree_id;
	if share_found is null then
		insert into share (user_id, tree_id) values (of.user_id, of.tree_id)
		on conflict (user_id, tree_id) do update set active = share.active returning id into share_found;
	end if;
	select id into lane_found from lane where share_id = share_found and lane.priority = $4 and lane.needs = wanted;
	if lane_found is null then
		insert into lane (share_id, priority, urgency, needs) values (share_found, $4, $4, wanted)
		on conflict on constraint lane_share_id_priority_needs_key do update set is_open = lane.is_open returning id into lane_found;
	end if;
	return lane_found;
end $$;
comment on function lane_find(bigint, bigint, text, integer) is 'The lane of a run''s jobs under a profile with a priority, made when it is not there.';

alter table job add column lane_id bigint;
comment on column job.lane_id is 'Its lane; filled by a trigger when not given. No foreign key: lanes are only made, and each check would lock a row that all share.';
comment on column job.id is 'Key; within a lane the smallest goes first.';
comment on column job.priority is 'The run''s priority, and its lane''s.';
update job set lane_id = found.lane_id
from (
	select asked.*, lane_find(asked.run_id, asked.profile_id, asked.arch, asked.priority) as lane_id
	from (select distinct run_id, profile_id, arch, priority from job) asked
) found
where job.run_id = found.run_id and job.profile_id = found.profile_id and job.arch = found.arch and job.priority = found.priority;
alter table job alter column lane_id set not null;
update share set active = n.active from (
	select lane.share_id, count(*) as active from job join lane on lane.id = job.lane_id where job.state in ('leased', 'running') group by 1
) n where n.share_id = share.id;
update lane set is_open = true, since = n.since
from (select lane_id, min(queued_at) as since from job where state = 'queued' group by 1) n where n.lane_id = lane.id;
drop index job_queue;
create index job_queue on job (lane_id, id) where state = 'queued';

create function lane_call(lane_id bigint, job_id bigint, jobs bigint, queued_at timestamptz) returns void
language plpgsql as $$
begin
	-- Always written, so that who is about to close the lane waits for us or sees the job.
	update lane set is_open = true, since = least(since, $4), urgency = case when is_open then urgency else priority end where id = $1;
	perform pg_notify('job_queued', concat_ws(' ', $2, $3, array_to_string((select needs from lane where id = $1), ' ')));
end $$;
comment on function lane_call(bigint, bigint, bigint, timestamptz) is 'Jobs were queued in a lane: it is open, and servers hear "JOB COUNT NEED…"; the first job''s id makes each call another.';

create function job_place() returns trigger
language plpgsql as $$
begin
	new.lane_id := lane_find(new.run_id, new.profile_id, new.arch, new.priority);
	return new;
end $$;
comment on function job_place() is 'Finds the lane of a job that was made without.';
create trigger job_place before insert on job for each row when (new.lane_id is null) execute function job_place();

create function job_made() returns trigger
language plpgsql as $$
begin
	perform lane_call(lane_id, min(id), count(*), min(queued_at)) from made where state = 'queued' group by lane_id order by lane_id;
	update share set active = active + n.jobs
	from (select lane.share_id, count(*) as jobs from made join lane on lane.id = made.lane_id where made.state in ('leased', 'running') group by 1) n
	where share.id = n.share_id;
	return null;
end $$;
comment on function job_made() is 'Opens the lanes of new jobs and counts those that run already.';
create trigger job_made after insert on job referencing new table as made for each statement execute function job_made();

create function job_moved() returns trigger
language plpgsql as $$
declare
	was_active constant boolean := old.state in ('leased', 'running');
	is_active constant boolean := new.state in ('leased', 'running');
begin
	if is_active and not was_active then
		update share set active = active + 1, served_at = clock_timestamp() where id = (select share_id from lane where id = new.lane_id);
	elsif was_active and not is_active then
		update share set active = active - 1 where id = (select share_id from lane where id = new.lane_id);
	end if;
	-- Behind the share, as in job_take: in one order they cannot wait for each other.
	if new.state = 'queued' then
		perform lane_call(new.lane_id, new.id, 1, new.queued_at);
	end if;
	return null;
end $$;
comment on function job_moved() is 'Opens the lane of a job that is queued again, and counts what is active.';
create trigger job_moved after update of state on job for each row
	when (old.state is distinct from new.state and not (old.state = 'leased' and new.state = 'running')) execute function job_moved();

create function lane_ranks(tags text[]) returns table (lane_id bigint)
language sql stable rows 20 as $$
	with of_user as (
		select user_id, sum(active) as active, max(served_at) as served_at from share group by user_id
	)
	select l.id
	from lane l join share s on s.id = l.share_id join of_user u using (user_id)
	where l.is_open and l.needs <@ $1
	order by l.urgency desc, u.active, u.served_at nulls first, s.active, s.served_at nulls first, l.since, l.id
$$;
comment on function lane_ranks(text[]) is 'Open lanes that a machine with these tags can serve, in their order: the most urgent, then the user, then the tree with the least active, then who was served the longest ago.';

create function job_take(machine_id bigint, tags text[], claim_id uuid) returns table (id bigint, is_new boolean)
language plpgsql rows 1 as $$
#variable_conflict use_column
declare
	at bigint;
begin
	select job.id into id from job where job.claim_id = $3;
	if found then
		is_new := false;
		return next;
		return;
	end if;
	is_new := true;
	for at in select lane_id from lane_ranks($2) loop
		-- As a range, the order is the index's alone: with `lane_id = at` the planner may walk the key and skip everybody else's jobs.
		update job set state = 'leased', claim_id = $3, claim_machine_id = $1, claimed_at = clock_timestamp()
		where job.id = (select j.id from job j where j.lane_id between at and at and j.state = 'queued' order by j.lane_id, j.id limit 1
			for update skip locked)
		returning job.id into id;
		if found then
			update lane set served_at = clock_timestamp(), urgency = priority
			where lane.id = at and (urgency <> priority or served_at is null or served_at < clock_timestamp() - interval '10 seconds');
			return next;
			return;
		end if;
	end loop;
end $$;
comment on function job_take(bigint, text[], uuid) is 'Claims a job for a machine with these tags; the same claim answers the same job. No row: nothing for it.';

create function lanes_look() returns void
language plpgsql as $$
declare
	at bigint;
	oldest timestamptz;
begin
	for at in select id from lane where is_open order by id for no key update skip locked loop
		-- A statement of its own, behind the lock: it sees what was queued before.
		select queued_at into oldest from job where lane_id between at and at and state = 'queued' order by lane_id, id limit 1;
		update lane set is_open = oldest is not null, since = oldest
		where id = at and (oldest is null or since is distinct from oldest);
	end loop;
	update lane set urgency = kind.urgency
	from (
		select priority, needs, priority + 10 * floor(greatest(0, extract(epoch from now()
			- greatest(max(served_at), min(since) filter (where is_open)))) / 3600)::integer as urgency
		from lane group by priority, needs having bool_or(is_open)
	) kind
	where lane.is_open and lane.priority = kind.priority and lane.needs = kind.needs and lane.urgency <> kind.urgency;
end $$;
comment on function lanes_look() is 'Closes lanes in which no job waits, and notes since when the others wait and how urgent that makes them.';
