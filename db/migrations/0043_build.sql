-- Build breaks, compilers' warnings and kernels that do not boot are bugs like crashes: a title, occurrences, a life. What differs is
-- where they are read and what their absence says: nothing, where the file was not compiled. So what each build compiled is kept.

-- One numbering for all that an attempt said: its console from 0 on, what the console of a failed boot ends with from 2^40 on, its build
-- log from 2^41 on. So a report stays known by its attempt and where it begins (bug_pin, rule_match, symbols), and no console is as long.
create function occurrence_stream(start_byte bigint) returns text
language sql immutable parallel safe as $$
	select case when $1 >= 2199023255552 then 'build' when $1 >= 1099511627776 then 'boot' else 'console' end
$$;
comment on function occurrence_stream(bigint) is 'Where an occurrence was read: console; boot: the end of a console that came to no workload; build: the build log.';
create function occurrence_byte(start_byte bigint) returns bigint
language sql immutable parallel safe as $$
	select $1 - case occurrence_stream($1) when 'build' then 2199023255552 when 'boot' then 1099511627776 else 0 end
$$;
comment on function occurrence_byte(bigint) is 'Where it begins there.';
create function occurrence_href(attempt_id bigint, start_byte bigint) returns text
language sql immutable parallel safe as $$
	select '/attempts/' || $1 || case when occurrence_stream($2) = 'build' then '#b' || $2
		else '/console' || case when occurrence_byte($2) > 50000 then '?offset=' || occurrence_byte($2) - 4000 else '' end || '#b' || occurrence_byte($2) end
$$;
comment on function occurrence_href(bigint, bigint) is 'Where its lines are shown: in the console, or with the attempt.';

alter table occurrence add column is_warning boolean not null default false;
comment on column occurrence.is_warning is 'A compiler''s warning about a kernel that was built: no failure of the attempt.';
comment on column occurrence.start_byte is 'Where it begins: in the console; from 2^40 on in the end of a console that came to no workload, from 2^41 on in the build log (occurrence_stream).';

create function bug_what(type text) returns text
language sql immutable parallel safe as $$
	select case $1 when 'BUILD' then 'build' when 'BUILD_WARNING' then 'warning' when 'BOOT' then 'boot' else 'crash' end
$$;
comment on function bug_what(text) is 'What kind of matter a bug of this type is: crash, boot (no workload was reached, and no report says why), build (make gave up), warning (of a compiler).';

create or replace function alert_severity(type text) returns text
language sql immutable parallel safe as $$
	select case when $1 = 'BUILD_WARNING' then 'low' when $1 in ('WARNING', 'LOCKDEP', 'ATOMIC_SLEEP', 'MEMORY_LEAK', 'LEAK') then 'medium' else 'high' end
$$;

create table build (
	attempt_id bigint primary key references attempt (id) on delete cascade,
	compiler text,
	objects text[]
);
create index build_objects on build using gin (objects);
comment on table build is 'Builds whose logs were read: only where a file was compiled does it say anything that its warning is not there. make compiles what has changed, and a kernel from the cache has no build.';
comment on column build.attempt_id is 'The attempt that built.';
comment on column build.compiler is 'The compiler of its machine, as the machine said then.';
comment on column build.objects is 'What was made, as kbuild names it ("mm/migrate.o"; "Module.symvers": modpost ran; ".config": the configuration was read); null: the log held more than is kept.';

drop index stream_unread;
create index stream_unread on stream (updated_at)
	where (name <> 'build' or is_complete) and (read_bytes < size_bytes or (is_complete and not is_read));
-- What was built before is old news.
update stream set is_read = true, read_bytes = size_bytes where name = 'build' and is_complete and not is_read;

-- Builds and boots in which a bug would have shown and did not. A build error: the same configuration of the same architecture was built.
-- A failed boot: the profile came to its workload. A warning: its object was compiled for the same configuration by the same compiler.
create function bug_clean(bug_id bigint, tree_id bigint, low bigint, high bigint) returns table (ordinal bigint, attempt_id bigint)
language plpgsql stable as $$
declare
	what text := (select bug_what(b.type) from bug b where b.id = $1);
begin
	if what = 'warning' then
		return query
		with said as materialized (
			select distinct o.report ->> 'unit' as unit, p.arch, p.config, p.page_size, g.compiler
			from (select * from occurrence x where x.bug_id = $1 order by x.attempt_id desc limit 500) o
				join build g on g.attempt_id = o.attempt_id join attempt_place l on l.attempt_id = o.attempt_id join profile p on p.id = l.profile_id
			where o.report ->> 'unit' <> ''
		)
		select l.ordinal, g.attempt_id
		from (select x.attempt_id, x.compiler, x.objects from build x where x.objects && (select array_agg(distinct unit) from said)
				order by x.attempt_id desc limit 2000) g
			join attempt_place l on l.attempt_id = g.attempt_id and l.tree_id = $2 and l.is_plain and l.ordinal between $3 and $4
			join profile p on p.id = l.profile_id
		where exists (select from said s where s.arch = p.arch and s.config = p.config and s.page_size = p.page_size
				and s.compiler is not distinct from g.compiler and s.unit = any (g.objects))
			and not exists (select from occurrence o where o.bug_id = $1 and o.attempt_id = g.attempt_id);
	else
		return query
		with under as materialized (
			select q.id from profile q
			where exists (select from bug_tally y join profile p on p.id = y.profile_id where y.bug_id = $1
				and case what when 'build' then p.arch = q.arch and p.config = q.config and p.page_size = q.page_size else p.id = q.id end)
		)
		select tc.ordinal, a.id
		from tree_commit tc join revision r on r.commit_id = tc.commit_id and r.tree_id = tc.tree_id and r.is_plain
			join job j on j.revision_id = r.id and j.profile_id in (select id from under) join attempt a on a.job_id = j.id
		where tc.tree_id = $2 and tc.ordinal between $3 and $4
			and (a.result in ('clean', 'crash', 'hang', 'workload_error') or (what = 'build' and a.result = 'no_boot'))
			and not exists (select from occurrence o where o.bug_id = $1 and o.attempt_id = a.id and o.claimed_at = a.claimed_at);
	end if;
end $$;
comment on function bug_clean(bigint, bigint, bigint, bigint) is 'Attempts of commits between two places on a tree''s line that say that a bug of builds or boots is not there. Of warnings the newest 2,000 builds of their files count.';

-- The edges of such a bug on a tree's line, as far as 300 commits to each side. `sure`: how sure it is that silence behind the last one is no
-- luck. Who compiles the same file again gets the same warning; what boots one time in two may boot five times by luck.
create function bug_edges(bug_id bigint, tree_id bigint, out first bigint, out last bigint, out good bigint, out gone bigint,
	out hits bigint, out within bigint, out behind bigint, out sure double precision)
language plpgsql stable as $$
declare
	what text := (select bug_what(b.type) from bug b where b.id = $1);
begin
	if what = 'crash' then
		return;
	end if;
	select min(tc.ordinal), max(tc.ordinal), sum(y.attempts) into first, last, hits
	from bug_tally y join revision r on r.id = y.revision_id and r.tree_id = $2 and r.is_plain
		join tree_commit tc on tc.tree_id = r.tree_id and tc.commit_id = r.commit_id and tc.ordinal is not null
	where y.bug_id = $1;
	if first is null then
		return;
	end if;
	select max(c.ordinal) filter (where c.ordinal < first), min(c.ordinal) filter (where c.ordinal > last),
		count(*) filter (where c.ordinal between first and last), count(*) filter (where c.ordinal > last)
	into good, gone, within, behind
	from bug_clean($1, $2, first - 300, last + 300) c;
	sure := case when behind = 0 then 0 when what = 'boot' then 1 - (1 - hits / (hits + within + 1.0)) ^ behind else 1 end;
end $$;
comment on function bug_edges(bigint, bigint) is 'Places on a tree''s line: the first and the last commit with a bug of builds or boots, the last good one before, the first good one behind; attempts with it, and without it between and behind. Nulls: not seen there, or a bug of another kind.';

create function page_commit_place(tree_id bigint, ordinal bigint) returns json
language sql stable parallel safe as $$
	select json_build_object('short', case when t.kind = 'git' then left(c.sha, 12) else c.subject end, 'subject', case when t.kind = 'git' then c.subject end, 'href', '/trees/' || t.name || '/commits/' || c.sha)
	from tree t join tree_commit tc on tc.tree_id = t.id join commit c on c.id = tc.commit_id
	where t.id = $1 and tc.ordinal = $2
$$;
comment on function page_commit_place(bigint, bigint) is 'A commit on a tree''s line as pages name it; null: there is none.';

-- Messages: where such a matter is shown, since when, and what says that it is gone.
alter function alert_payload(bigint, text) rename to alert_payload_crash;
comment on function alert_payload_crash(bigint, text) is 'alert_payload as it is for crashes.';
create function alert_payload(alert_id bigint, base text) returns jsonb
language plpgsql stable parallel safe as $$
declare
	told jsonb := alert_payload_crash($1, $2);
	what text;
	start bigint := substring(told #>> '{report,console_url}' from '#b([0-9]+)$')::bigint;
	edges record;
begin
	select bug_what(b.type) into what from alert a join bug b on b.id = a.bug_id where a.id = $1;
	if what is null or what = 'crash' then
		return told;
	end if;
	told := jsonb_set(told, '{bug,what}', to_jsonb(what));
	if start is not null then
		select c.sha, c.subject, t.name into edges
		from alert_place f join attempt_place l on l.attempt_id = f.attempt_id and l.is_plain join tree t on t.id = l.tree_id
			cross join lateral bug_edges((select a.bug_id from alert a where a.id = $1), l.tree_id) e
			left join tree_commit g on g.tree_id = l.tree_id and g.ordinal = e.good left join commit c on c.id = g.commit_id
		where f.alert_id = $1 and l.attempt_id = (told #>> '{report,attempt}')::bigint limit 1;
		told := jsonb_set(told #- '{report,last_good}', '{report,console_url}', to_jsonb($2 || occurrence_href((told #>> '{report,attempt}')::bigint, start)));
		if edges.sha is not null then
			told := jsonb_set(told, '{report,last_good}', jsonb_build_object('commit', edges.sha, 'subject', edges.subject));
		end if;
	end if;
	if told ? 'gone' then
		told := jsonb_set(jsonb_set(told, '{gone,builds}', told #> '{gone,exposure}'), '{gone,url}', told #> '{bug,url}') #- '{gone,exposure}' #- '{gone,due}' #- '{gone,due_text}';
	end if;
	return told;
end $$;
comment on function alert_payload(bigint, text) is 'All of an alert that is told: for messages, webhooks and the API. The second argument is what addresses begin with.';
comment on column bug_gone.exposure is 'Migrations tried behind, under profiles that had it; of a bug of builds or boots the attempts that would have shown it.';
comment on column bug_gone.due is 'Occurrences that were due in these at the old rate.';
