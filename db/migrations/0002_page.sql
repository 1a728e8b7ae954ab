-- Words and numbers as pages show them, so that every page says the same thing the same way. No tables.
-- All are single expressions, so that PostgreSQL inlines them into the page queries.

create function page_number(value double precision) returns text
language sql immutable parallel safe as $$
	select case
		when value is null then null
		when value = 0 then '0'
		when abs(value) >= 9.995e11 then trim(to_char(value, '9.99EEEE'))
		when abs(value) >= 9.995e8 then round((value / 1e9)::numeric, 2 - floor(log(abs(value) / 1e9))::integer)::text || ' G'
		when abs(value) >= 9.995e5 then round((value / 1e6)::numeric, 2 - floor(log(abs(value) / 1e6))::integer)::text || ' M'
		when abs(value) >= 99999.5 then round((value / 1e3)::numeric)::text || ' k'
		when abs(value) >= 99.95 then to_char(value, 'FM99,990')
		when abs(value) >= 0.000995 then round(value::numeric, 2 - floor(log(abs(value)))::integer)::text
		else replace(trim(to_char(value, '9.9EEEE')), 'e-0', 'e-') end
$$;
comment on function page_number(double precision) is 'A value in about three digits: 1.2e-5, 0.0312, 45.1, 12,345, 123 k, 1.23 M.';

create function page_count(value bigint) returns text
language sql immutable parallel safe as $$
	select case when abs(value) < 100000 then to_char(value, 'FM999,990') else page_number(value) end
$$;
comment on function page_count(bigint) is 'A count: whole below 100,000, then in three digits.';

create function page_bytes(size bigint) returns text
language sql immutable parallel safe as $$
	select case
		when size < 1000 then size::text || ' B'
		when size < 999950 then round(size / 1e3, case when size < 99950 then 1 else 0 end)::text || ' kB'
		when size < 999950000 then round(size / 1e6, case when size < 99950000 then 1 else 0 end)::text || ' MB'
		else round(size / 1e9, 1)::text || ' GB' end
$$;
comment on function page_bytes(bigint) is 'A size: 12.3 kB, 4.1 MB.';

create function page_duration(seconds double precision) returns text
language sql immutable parallel safe as $$
	select case
		when seconds is null then null
		when seconds < 9.995 then round(greatest(seconds, 0)::numeric, 2)::text || ' s'
		when seconds < 99.95 then round(seconds::numeric, 1)::text || ' s'
		when seconds < 3600 then (seconds::bigint / 60)::text || ' min ' || lpad((seconds::bigint % 60)::text, 2, '0') || ' s'
		when seconds < 172800 then (seconds::bigint / 3600)::text || ' h ' || lpad((seconds::bigint % 3600 / 60)::text, 2, '0') || ' min'
		else (seconds::bigint / 86400)::text || ' d ' || (seconds::bigint % 86400 / 3600)::text || ' h' end
$$;
comment on function page_duration(double precision) is 'How long: 0.12 s, 42.0 s, 12 min 05 s, 3 h 07 min, 2 d 4 h.';

create function page_ago(at timestamptz) returns text
language sql stable parallel safe as $$
	select case
		when at > now() + interval '1 second' then 'in ' || page_duration(ceil(extract(epoch from at - now())))
		when at > now() - interval '10 seconds' then 'just now'
		when at > now() - interval '1 minute' then floor(extract(epoch from now() - at))::text || ' s ago'
		when at > now() - interval '1 hour' then floor(extract(epoch from now() - at) / 60)::text || ' min ago'
		when at > now() - interval '2 days' then floor(extract(epoch from now() - at) / 3600)::text || ' h ago'
		when at > now() - interval '60 days' then floor(extract(epoch from now() - at) / 86400)::text || ' d ago'
		else to_char(at at time zone 'UTC', 'YYYY-MM-DD') end
$$;
comment on function page_ago(timestamptz) is 'How long ago, in one unit; a date when that is longer than 60 days.';

create function page_time(at timestamptz) returns json
language sql stable parallel safe as $$
	select case when at is not null then json_build_object(
		'iso', to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
		'text', to_char(at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS "UTC"'),
		'ago', page_ago(at)) end
$$;
comment on function page_time(timestamptz) is 'A time for the partial time.html: machine form, full form, and how long ago.';

-- The state of a run out of its jobs' counts: all, those that ended, those leased or running, those failed or lost.
create function run_state(cancelled_at timestamptz, total bigint, ended bigint, active bigint, failed bigint) returns text
language sql immutable parallel safe as $$
	select case
		when cancelled_at is not null then 'cancelled'
		when ended = total and failed > 0 then 'failed'
		when ended = total then 'done'
		when ended + active > 0 then 'running'
		else 'queued' end
$$;
comment on function run_state(timestamptz, bigint, bigint, bigint, bigint) is 'queued, running, done, failed (all ended, some without a result) or cancelled.';

-- The one table of what states and results are called, how bad they are and which mark they carry. `rank`: the worst
-- of several attempts stands for them.
create function page_status(state text, result text) returns json
language sql immutable parallel safe as $$
	select case
		when result = 'clean' then '{"word": "clean", "mark": "✓", "class": "good"}'
		when result = 'crash' then '{"word": "crash", "mark": "✗", "class": "bad"}'
		when result = 'hang' then '{"word": "hang", "mark": "✗", "class": "bad"}'
		when result = 'no_boot' then '{"word": "no boot", "mark": "!", "class": "warn"}'
		when result = 'no_build' then '{"word": "no build", "mark": "!", "class": "warn"}'
		when result = 'no_apply' then '{"word": "no apply", "mark": "!", "class": "warn"}'
		when result = 'no_commit' then '{"word": "no commit", "mark": "!", "class": "warn"}'
		when result = 'workload_error' then '{"word": "workload error", "mark": "!", "class": "warn"}'
		when state = 'running' then '{"word": "running", "mark": "▸", "class": "busy"}'
		when state = 'leased' then '{"word": "starting", "mark": "▸", "class": "busy"}'
		when state = 'queued' then '{"word": "queued", "mark": "…", "class": "idle"}'
		when state = 'cancelled' then '{"word": "cancelled", "mark": "–", "class": "idle"}'
		when state = 'lost' then '{"word": "lost", "mark": "?", "class": "idle"}'
		when state = 'failed' then '{"word": "fault", "mark": "?", "class": "idle"}'
		when state = 'done' then '{"word": "done", "mark": "✓", "class": "good"}' end::json
$$;
comment on function page_status(text, text) is 'Word, mark and class (good, bad, warn, busy, idle) of an attempt''s or job''s state and result.';

create function page_rank(state text, result text) returns integer
language sql immutable parallel safe as $$
	select case
		when result = 'crash' then 9
		when result = 'hang' then 8
		when result = 'no_boot' then 7
		when result in ('no_build', 'no_apply', 'no_commit') then 6
		when result = 'workload_error' then 5
		when result = 'clean' then 4
		when state in ('running', 'leased') then 3
		when state = 'queued' then 2
		else 1 end
$$;
comment on function page_rank(text, text) is 'Of several attempts the one with the highest rank stands for them.';

create function page_block(bytes integer) returns text
language sql immutable parallel safe as $$
	select case when bytes % 1024 = 0 then (bytes / 1024)::text || 'K' else bytes::text end
$$;
comment on function page_block(integer) is 'A page or block size: 4K, 64K, 512.';

create function page_spark(v double precision[], is_log boolean) returns json
language sql immutable parallel safe as $$
	with y as (
		select n, case when is_log then ln(greatest(value, 1e-7)) else value end as y
		from unnest(v) with ordinality as u (value, n) where value is not null
	), bound as (
		select min(y) as low, max(y) as high from y
	)
	select case when count(*) > 1 then json_build_object(
		'width', greatest(cardinality(v) - 1, 1),
		'path', 'M' || string_agg((n - 1)::text || ' ' || case when high > low
			then round((22 - 20 * (y - low) / (high - low))::numeric, 1) else 12 end::text, 'L' order by n)) end
	from y cross join bound
$$;
comment on function page_spark(double precision[], boolean) is 'A sparkline for the partial spark.html: an SVG path in a box of 24 by `width`; null when fewer than two values.';

create view attempt_place as
select a.id as attempt_id, a.claimed_at, j.id as job_id, j.run_id, j.profile_id, r.id as revision_id, r.is_plain, r.tree_id, r.commit_id, tc.ordinal
from attempt a
	join job j on j.id = a.job_id
	join revision r on r.id = j.revision_id
	left join tree_commit tc on tc.tree_id = r.tree_id and tc.commit_id = r.commit_id;
comment on view attempt_place is 'Where an attempt stands: its run, revision, profile, tree, commit and place on the tree''s line.';
