-- A claim waits for nobody. Of one user's tree every claim writes the same row of share, and held it while the order was made: now the order is made
-- before, and the row is written last. And a claim read again all that had been taken from its lane since the last vacuum: a lane knows its head.

alter table lane add column head bigint not null default 0;
comment on column lane.head is 'No job before this one is queued in it; the first that is may stand behind.';

create or replace function lane_call(lane_id bigint, job_id bigint, jobs bigint, queued_at timestamptz) returns void
language plpgsql as $$
begin
	-- Always written, so that who is about to close the lane waits for us or sees the job.
	update lane set is_open = true, since = least(since, $4), head = least(head, $2), urgency = case when is_open then urgency else priority end where id = $1;
	perform pg_notify('job_queued', concat_ws(' ', $2, $3, array_to_string((select needs from lane where id = $1), ' ')));
end $$;
comment on function lane_call(bigint, bigint, bigint, timestamptz) is 'Jobs were queued in a lane, the first of them this: it is open, and servers hear "JOB COUNT NEED…"; the first job''s id makes each call another.';

create function lane_look(lane_id bigint) returns void
language plpgsql as $$
declare
	was record;
	oldest record;
begin
	select id, head into was from lane where id = $1 for no key update skip locked;
	if not found then
		return;
	end if;
	-- A statement of its own, behind the lock: it sees what was queued before, and what is being taken by a claim that may yet be undone.
	select j.id, j.queued_at into oldest from job j
	where (j.lane_id, j.id) >= (was.id, was.head) and j.lane_id <= was.id and j.state = 'queued' order by j.lane_id, j.id limit 1;
	update lane set is_open = oldest.id is not null, since = oldest.queued_at, head = coalesce(oldest.id, head)
	where id = was.id and (is_open, since, head) is distinct from (oldest.id is not null, oldest.queued_at, coalesce(oldest.id, head));
end $$;
comment on function lane_look(bigint) is 'Closes a lane in which no job waits, else notes its first job and since when that waits; leaves one that somebody else writes as it is.';

create or replace function lanes_look() returns void
language plpgsql as $$
begin
	perform lane_look(id) from (select id from lane where is_open order by id) l;
	update lane set urgency = kind.urgency
	from (
		select priority, needs, priority + 10 * floor(greatest(0, extract(epoch from now()
			- greatest(max(served_at), min(since) filter (where is_open)))) / 3600)::integer as urgency
		from lane group by priority, needs having bool_or(is_open)
	) kind
	where lane.is_open and lane.priority = kind.priority and lane.needs = kind.needs and lane.urgency <> kind.urgency;
end $$;

-- The columns of one lane that a claim asks for are read by key: lane_ranks is inlined as it is, and would be planned at each call if it were joined.
create or replace function job_claim(machine_id bigint, tags text[], claim_id uuid) returns job_claimed
language plpgsql volatile as $$
declare
	passed constant bigint := 200; -- of one lane: as many dead entries of the index are read in some 2 µs
	at record;
	taken bigint;
	made json;
begin
	select j.id into taken from job j where j.claim_id = $3;
	if found then
		return (false, job_order(taken));
	end if;
	for at in select lane_id as id from lane_ranks($2) loop
		select l.id, l.head, l.urgency <> l.priority or l.served_at is null or l.served_at < clock_timestamp() - interval '10 seconds' as is_due
		into at from lane l where l.id = at.id;
		-- As a range, the order is the index's alone: with `lane_id = at` the planner may walk the key and skip everybody else's jobs.
		select j.id into taken from job j
		where (j.lane_id, j.id) >= (at.id, at.head) and j.lane_id <= at.id and j.state = 'queued' order by j.lane_id, j.id limit 1
		for update skip locked;
		continue when not found;
		made := job_order(taken);
		update job set state = 'leased', claim_id = $3, claim_machine_id = $1, claimed_at = clock_timestamp() where id = taken;
		-- Behind the share, which job_moved has written, as when a job is queued again: in one order they cannot wait for each other.
		if at.is_due then
			update lane set served_at = clock_timestamp(), urgency = priority where id = at.id;
		end if;
		if taken - at.head > passed then
			perform lane_look(at.id);
		end if;
		return (true, made);
	end loop;
	return null;
end $$;
drop function job_take(bigint, text[], uuid);
