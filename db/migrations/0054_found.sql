-- What a search has found is told, in the thread of its bug, with all that a mail about it needs; the page and the API say the same.

alter table bisection
	add column clean_runs integer check (clean_runs > 0),
	add column is_told boolean not null default false;
comment on column bisection.clean_runs is 'So many clean attempts in a row come about once in a hundred where the culprit is: as many say that it is not there; null: not known.';
comment on column bisection.is_told is 'An alert has told what it found, or it ended before anybody was told of such.';
update bisection set is_told = true where state <> 'running';

-- Whatever kinds there are by now, this is one more.
do $$
declare
	c record;
begin
	for c in select conrelid::regclass as relation, conname, pg_get_constraintdef(oid) as definition from pg_constraint where conname in ('alert_kind_check', 'subscription_kinds_check') loop
		execute format('alter table %s drop constraint %I, add constraint %I %s', c.relation, c.conname, c.conname, replace(c.definition, 'ARRAY[', 'ARRAY[''commit_found''::text, '));
	end loop;
	execute format('comment on column alert.kind is %L', col_description('alert'::regclass, (select attnum from pg_attribute where attrelid = 'alert'::regclass and attname = 'kind'))
		|| ' commit_found: a search has named the commit that brought a bug or took it away.');
end $$;

alter table alert add column bisection_id bigint references bisection (id) on delete set null;
create unique index alert_bisection on alert (bisection_id) where bisection_id is not null;
comment on column alert.bisection_id is 'The search that it tells of; null: of none. Its bug is the search''s: bug_id stays null, since a bug has one alert of each kind and may be searched more than once.';

create or replace function alert_kind_words(kind text) returns text
language sql immutable parallel safe as $$
	select case $1 when 'bug_new' then 'new bug' when 'bug_again' then 'seen again after its fix' when 'bug_fixed' then 'bug fixed' when 'commit_found' then 'commit found' when 'machine_lost' then 'machine lost'
		when 'machine_bad' then 'machine taken out' when 'queue_stuck' then 'queue stuck' when 'change_confirmed' then 'change confirmed' when 'change_fixed' then 'change fixed' else $1 end
$$;

create function bisection_sides(bisection_id bigint) returns table (n integer, what text, hits bigint, clean bigint, broken bigint, waiting bigint)
language plpgsql stable parallel safe as $$
begin
	return query
	select (case when r.is_plain then 1 else 2 end), case when r.is_plain then 'the newer end' else 'the newer end with it reverted' end,
		count(*) filter (where h.is_hit), count(*) filter (where a.result = 'clean' and not h.is_hit), count(*) filter (where a.result in ('no_apply', 'no_build', 'no_boot')), count(*) filter (where j.ended_at is null)
	from bisection x join job j on j.run_id = x.confirm_run_id join revision r on r.id = j.revision_id left join lateral (select * from attempt where job_id = j.id offset 0) a on true
		cross join lateral (select exists (select from occurrence o where o.bug_id = x.bug_id and o.attempt_id = a.id and o.claimed_at = a.claimed_at) as is_hit) h
	where x.id = $1 group by r.is_plain order by r.is_plain desc;
end $$;
comment on function bisection_sides(bigint) is 'What confirms a search''s culprit: each side that was ordered, with how often the bug came there.';

create function bisection_confirmed(bisection_id bigint) returns boolean
language plpgsql stable parallel safe as $$
begin
	return (select x.confirm_run_id is null or x.ended_at < now() - interval '1 day' or not exists (
			select from job j where j.run_id = x.confirm_run_id and (j.ended_at is null or exists (select from attempt a join work_item w on w.attempt_id = a.id and w.retry_at < 'infinity' where a.job_id = j.id)))
		from bisection x where x.id = $1);
end $$;
comment on function bisection_confirmed(bigint) is 'Nothing more is waited for that would confirm it; after a day nobody waits any longer.';

-- The arguments shadow no column: all columns are qualified.
create function bisection_mail(bisection_id bigint, base text) returns jsonb
language plpgsql stable parallel safe as $$
declare
	x record;
	top record;
	sides text;
	believed text;
	shown record;
	trailer text := '';
	commands text := '';
begin
	select b.*, t.name as tree, t.url as git, t.branch, p.name as profile, o.sha as older, o.subject as older_subject, n.sha as newer, n.subject as newer_subject, g.title as bug, b.kind = 'broken' as is_broken,
			(select greatest(count(*) - 1, 0) from bisection_commit c where c.bisection_id = b.id) as commits, (select count(*) from bisection_attempt a where a.bisection_id = b.id) as attempts
		into x from bisection b join tree t on t.id = b.tree_id join profile p on p.id = b.profile_id join commit o on o.id = b.older_id join commit n on n.id = b.newer_id join bug g on g.id = b.bug_id
		where b.id = $1;
	select k.sha, left(k.sha, 12) as short, k.subject, c.belief, (select count(*) from bisection_credible($1)) as many, exists (select from commit_parent m where m.commit_id = k.id and m.position = 1) as is_merge
		into top from bisection_commit c join commit k on k.id = c.commit_id where c.bisection_id = $1 and c.belief > 0 order by c.belief desc, c.position limit 1;
	if top.sha is null or x.state not in ('found', 'inseparable') then
		return null;
	end if;
	select string_agg(format(E'%s %%  %s ("%s")\n           %s%s', lpad(round(s.belief::numeric * 100, 1)::text, 6), left(k.sha, 12), left(k.subject, 200), left(k.author, 200), coalesce(E'\n           touches ' || c.near || ', near the crash', '')), E'\n' order by s.belief desc, s.place)
		into believed from (select * from bisection_credible($1) order by belief desc, place limit 20) s join commit k on k.id = s.commit_id join bisection_commit c on c.bisection_id = $1 and c.position = s.place;
	select string_agg(format('%s: %s with it, %s clean%s%s', s.what, s.hits, s.clean, coalesce(', ' || nullif(s.broken, 0) || ' did not apply, build or boot', ''), coalesce(', ' || nullif(s.waiting, 0) || ' to come', '')), E'\n              ' order by s.n)
		into sides from bisection_sides($1) s;
	select a.id, a.reproduce into shown from bisection_attempt e join attempt a on a.id = e.attempt_id
		where e.bisection_id = $1 and e.has_event order by a.reproduce is null, e.attempt_id desc limit 1;
	if x.state = 'found' and x.is_broken then
		trailer := format(E'If you mend it, the trailer that names it:\n\nFixes: %s ("%s")\n\n', top.short, top.subject);
	end if;
	if x.state = 'found' then
		commands := E'  git fetch ' || x.git || ' ' || x.branch || E'\n  git checkout ' || top.sha || case when top.is_merge then '' else E'\n  git checkout ' || top.sha || '^' end
			|| case when top.is_merge then '' when x.is_broken then E'\n  git checkout ' || x.newer || E'\n  git revert --no-edit ' || top.sha else E'\n  git checkout ' || x.older || E'\n  git cherry-pick ' || top.sha end;
	else
		commands := case when x.is_broken then '  git bisect start ' else '  git bisect start --term-old=broken --term-new=fixed ' end || x.newer || ' ' || x.older;
	end if;
	return jsonb_build_object(
		'opening', format('Faultline has searched %s for the one that %s. ', page_counted(x.commits, 'commit', 'commits'), case when x.is_broken then 'brought a bug' else 'took a bug away' end)
			|| case when x.state = 'found' then format('By %s one of them holds %s %% of the belief:', page_counted(x.attempts, 'attempt', 'attempts'), round(top.belief::numeric * 100, 1))
				else format('By %s it is one of %s, between which nothing builds and boots that could tell them apart:', page_counted(x.attempts, 'attempt', 'attempts'), top.many) end,
		'text', '  ' || x.bug || E'\n\n' || believed || E'\n\n'
			|| format(E'older end:    %s ("%s")\nnewer end:    %s ("%s")\ntree:         %s, %s %s\nprofile:      %s\n', left(x.older, 12), left(x.older_subject, 200), left(x.newer, 12), left(x.newer_subject, 200), x.tree, x.git, x.branch, x.profile)
			|| coalesce('confirmed:    ' || sides || E'\n', '')
			|| coalesce(format(E'shown by:     %s/attempts/%s\n', $2, shown.id), '')
			|| format(E'bug:          %s/bugs/%s\nsearch:       %s/bisections/%s\n\n', $2, x.bug_id, $2, x.id)
			|| trailer
			|| coalesce(E'To boot what showed it:\n\n  ' || shown.reproduce || E'\n\n', '')
			|| E'To check by hand' || coalesce(format(' (where it is, %s clean attempts in a row come once in a hundred)', x.clean_runs), '') || E':\n\n' || commands || E'\n',
		'regzbot', case when x.is_broken then '#regzbot introduced: ' || case when x.state = 'found' then top.short else left(x.older, 12) || '..' || left(x.newer, 12) end
			when x.state = 'found' then '#regzbot fix: ' || top.short || ' ("' || top.subject || '")' end);
end $$;
comment on function bisection_mail(bigint, text) is 'What people are told when a search has named commits: an opening sentence, the text, the line that regzbot reads. The second argument is what addresses begin with. Null: it has named none.';

alter function alert_payload(bigint, text) rename to alert_payload_unsought;
comment on function alert_payload_unsought(bigint, text) is 'alert_payload without searches.';
create function alert_payload(alert_id bigint, base text) returns jsonb
language plpgsql stable parallel safe as $$
begin
	return alert_payload_unsought($1, $2) || coalesce((
		select jsonb_strip_nulls(jsonb_build_object('bug', jsonb_build_object('id', b.id, 'url', $2 || '/bugs/' || b.id, 'title', b.title, 'type', nullif(b.type, ''), 'state', b.state),
			'search', bisection_words(x.id) || jsonb_build_object('url', $2 || '/bisections/' || x.id) || coalesce(bisection_mail(x.id, $2), '{}')))
		from alert a join bisection x on x.id = a.bisection_id join bug b on b.id = x.bug_id where a.id = $1), '{}');
end $$;
comment on function alert_payload(bigint, text) is 'All of an alert that is told: for messages, webhooks and the API. The second argument is what addresses begin with.';
