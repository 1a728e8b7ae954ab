-- When will it start? Of each lane: which machines' slots can take its jobs, when those come free, and what goes before it there. The next jobs
-- are given to slots one by one, as claims will do; of those far behind the start is estimated from how many go before, without going through them.

-- The newest of one machine are asked for in one way: in the index's order from this machine on, of which only its own are taken. With `=` the order may be had
-- from the key, and all attempts of the others be read for a machine that has few; as a closed range all of its own may be sorted.
create function machine_pace(machine_id bigint) returns double precision
language plpgsql stable parallel safe as $$
begin
	return (
		select avg(extract(epoch from newest.ended_at - newest.started_at))
		from (select * from attempt where attempt.machine_id >= $1 and state = 'done' order by attempt.machine_id, id desc limit 10) newest
		where newest.machine_id = $1
	);
end $$;
comment on function machine_pace(bigint) is 'How many seconds an attempt takes on a machine: the mean of the newest ten that were done there. Null: none was.';

create or replace function machine_kernels(machine_id bigint) returns table (hits bigint, misses bigint)
language sql stable parallel safe as $$
	select count(*) filter (where newest.is_built_from_cache), count(*) filter (where not newest.is_built_from_cache)
	from (select * from attempt where attempt.machine_id >= $1 order by attempt.machine_id, id desc limit 1000) newest
	where newest.machine_id = $1
$$;

create type queue_lane as (
	lane_id bigint, place bigint, urgency integer, jobs bigint, since timestamptz, user_id bigint, tree_id bigint, priority integer, needs text[], active bigint,
	known bigint, machines bigint, slots bigint[], free_in double precision[], seconds double precision, why text, before double precision,
	first bigint, step bigint, others_share double precision[], others_jobs bigint[], others_first bigint[], others_step bigint[]
);
comment on type queue_lane is 'A lane and what stands before it. active: its user''s jobs on machines; known, machines: how many have all of its tags, and how many of those are here and take jobs; '
	'slots: of these, those that come free first before; free_in: seconds until each does, null: unknown; seconds: what an attempt took there lately; why: why its first job waits; before: jobs of more urgent lanes that its '
	'machines do first. Of equally urgent ones the user with the least goes next: the Nth job of a lane when its user has first + (N - 1) * step; others_…: the same of the equally urgent '
	'lanes that share its machines, and which share of their jobs these machines do.';

create function queue_place(lane queue_lane, turn bigint) returns double precision
language plpgsql immutable parallel safe as $$
begin
	return lane.before + turn - 1 + coalesce((
		select sum(share * least(jobs, greatest(0, ceil((lane.first + (turn - 1) * lane.step - first)::double precision / step))))
		from unnest(lane.others_share, lane.others_jobs, lane.others_first, lane.others_step) other (share, jobs, first, step)), 0);
end $$;
comment on function queue_place(queue_lane, bigint) is 'How many jobs go before a lane''s Nth on the machines that can take it.';

create function queue_start(lane queue_lane, turn bigint) returns double precision
language plpgsql immutable parallel safe as $$
declare
	slots constant integer := cardinality(lane.slots);
	place constant bigint := floor(queue_place(lane, turn));
begin
	if slots = 0 then
		return null;
	end if;
	return lane.free_in[place % slots + 1] + case when place < slots then 0 else lane.seconds * (place / slots) end;
end $$;
comment on function queue_start(queue_lane, bigint) is 'In about how many seconds a lane''s Nth job starts, as if all that goes before it were spread over the slots. Null: no machine can take it now, or nothing has run there yet.';

create function queue_plan(lanes queue_lane[], jobs integer) returns table (job_id bigint, start double precision)
language plpgsql stable as $$
#variable_conflict use_column
declare
	free double precision[];
	next record;
	slot bigint;
begin
	for next in
		select job.id, l.slots, l.free_in, l.seconds
		from unnest(lanes) l cross join lateral (
			select o.id, row_number() over (order by o.id) as turn
			from (select id from job where lane_id between l.lane_id and l.lane_id and state = 'queued' order by lane_id, id limit $2) o) job
		where l.machines > 0
		order by l.urgency desc, l.first + (job.turn - 1) * l.step, l.place limit $2
	loop
		select s.id, coalesce(free[s.id], s.free_in) into slot, start from unnest(next.slots, next.free_in) with ordinality s (id, free_in, n) order by 2, s.n limit 1;
		free[slot] := start + next.seconds;
		job_id := next.id;
		return next;
	end loop;
end $$;
comment on function queue_plan(queue_lane[], integer) is 'The next jobs, each given to the slot that comes free first, for as long as attempts took lately; in how many seconds each starts, null: unknown.';

create function queue_why(lane queue_lane, turn bigint, start double precision) returns text
language sql immutable parallel safe as $$
	select case when $3 = 0 then 'a machine is free' when $2 = 1 or ($1).machines = 0 then ($1).why
		else page_counted($2 - 1, 'job', 'jobs') || ' of its own user, tree and priority ' || case when $2 = 2 then 'goes' else 'go' end || ' before it' end
$$;
comment on function queue_why(queue_lane, bigint, double precision) is 'Why a lane''s Nth job, which starts in so many seconds, waits; for people.';

create function queue_lanes() returns setof queue_lane
language plpgsql stable as $$
declare
	lane queue_lane;
begin
	for lane in
		with measured as materialized (
			select m.id, case when m.health in ('good', 'unknown') then m.tags || array['machine:' || m.name, 'golden:' || m.name]
					else array(select tag from unnest(m.tags) tag where tag like 'arch:%') || ('golden:' || m.name) end as tags,
				m.state = 'active' and m.seen_at > now() - interval '2 minutes' as is_ready, coalesce(m.slots, 1) as slots,
				machine_pace(m.id) as seconds
			from machine m where m.state <> 'retired'
		), known as materialized (
			select id, tags, is_ready, slots, coalesce(seconds, avg(seconds) over ()) as seconds from measured
		), running as materialized (
			select a.machine_id, greatest(1, k.seconds - extract(epoch from now() - a.started_at)) + 0 * k.seconds as free_in, row_number() over (partition by a.machine_id order by a.id) as n
			from attempt a join known k on k.id = a.machine_id where a.state = 'running'
		), slot as materialized (
			select row_number() over () as id, k.id as machine_id, k.tags, k.seconds, case when r.n is null then 0 else r.free_in end as free_in
			from known k cross join lateral generate_series(1, greatest(k.slots, (select count(*) from running where machine_id = k.id))) n (n)
				left join running r on r.machine_id = k.id and r.n = n.n
			where k.is_ready
		), waiting as materialized (
			select job.lane_id, count(*) as jobs from job where state = 'queued' group by job.lane_id
		), open as materialized (
			select l.id, r.place, l.urgency, w.jobs, l.since, s.user_id, s.tree_id, l.priority, l.needs, dense_rank() over (order by l.needs) as kind,
				(select sum(share.active) from share where share.user_id = s.user_id)::bigint as active, count(*) over of_user as step, row_number() over (partition by s.user_id, l.urgency order by r.place) as turn
			from lane_ranks((select array_agg(distinct need) from lane l, unnest(l.needs) need where is_open)) with ordinality r (lane_id, place)
				join lane l on l.id = r.lane_id join share s on s.id = l.share_id join waiting w on w.lane_id = l.id
			where r.place <= 300 -- each is compared with each
			window of_user as (partition by s.user_id, l.urgency)
		), able as materialized (
			select o.kind, slot.* from (select distinct kind, needs from open) o join slot on o.needs <@ slot.tags
		), kind as materialized (
			select o.kind, (select count(*) from known where o.needs <@ known.tags) as known, count(distinct a.machine_id) as machines,
				coalesce(array_agg(a.id order by a.free_in, a.id) filter (where a.id is not null), '{}') as slots, coalesce(array_agg(a.free_in order by a.free_in, a.id) filter (where a.id is not null), '{}') as free_in, avg(a.seconds) as seconds,
				(select string_agg(need, ' ' order by need) from unnest(o.needs) need where not exists (select from known where need = any (known.tags))) as missing
			from (select distinct open.kind, open.needs from open) o left join able a using (kind) group by o.kind, o.needs
		), met as materialized (
			select other.kind as other, own.kind, count(*)::double precision / cardinality(k.slots) as share
			from able other join able own using (id) join kind k on k.kind = other.kind group by other.kind, own.kind, k.slots
		)
		select l.id, l.place, l.urgency, l.jobs, l.since, l.user_id, l.tree_id, l.priority, l.needs, l.active, k.known, k.machines, k.slots, k.free_in, k.seconds,
			case when k.missing is not null then 'no machine has ' || k.missing
				when k.known = 0 then 'no machine has all of its tags'
				when k.machines = 0 then 'no machine that can take it is here'
				when o.before > 0 then 'more urgent ones go first'
				when o.less then 'others have less of the machines and go first' end,
			o.before, l.active + l.turn, l.step, o.share, o.jobs, o.first, o.step
		from open l join kind k using (kind) cross join lateral (
			select coalesce(sum(met.share * i.jobs) filter (where i.urgency > l.urgency), 0) as before, coalesce(bool_or(i.active < l.active) filter (where i.urgency = l.urgency), false) as less,
				array_agg(met.share) filter (where i.urgency = l.urgency) as share, array_agg(i.jobs) filter (where i.urgency = l.urgency) as jobs,
				array_agg(i.active + i.turn - (i.place < l.place)::integer) filter (where i.urgency = l.urgency) as first, array_agg(i.step) filter (where i.urgency = l.urgency) as step
			from open i join met on met.other = i.kind and met.kind = l.kind where i.id <> l.id and i.urgency >= l.urgency
		) o
		order by l.place
	loop
		if lane.machines > 0 and lane.why is null then
			lane.why := case when queue_place(lane, 1) >= 1 then 'others have waited longer for their turn'
				else 'is next; all ' || page_counted(lane.machines, 'machine', 'machines') || case when lane.machines = 1 then ' is busy' else ' are busy' end end;
		end if;
		return next lane;
	end loop;
end $$;
comment on function queue_lanes() is 'The lanes in which jobs wait, in their order, with all that says when they will start.';

create function page_expected(seconds double precision) returns text
language sql immutable parallel safe as $$
	select case when seconds <= 0 then 'now' when seconds < 60 then 'within a minute' else 'in about ' || page_duration(round(seconds::numeric / 60) * 60) end
$$;
comment on function page_expected(double precision) is 'When something should begin: now, within a minute, in about 12 min 00 s; null: nobody knows.';
