-- Searches for the commit that moved what is measured: a confirmed change, its two edges as ends, values held against theirs.

alter table bisection
	alter column bug_id drop not null,
	add column change_id bigint references change (id) on delete cascade,
	add check ((bug_id is null) <> (change_id is null)),
	drop constraint bisection_kind_check,
	add constraint bisection_kind_check check (kind in ('broken', 'fixed', 'moved')),
	add check ((kind = 'moved') = (change_id is not null));
create unique index bisection_change_running on bisection (change_id) where state = 'running' and change_id is not null;
create index bisection_change on bisection (change_id, id) where change_id is not null;
comment on column bisection.kind is 'broken: which commit brought the bug; fixed: which took it away; moved: which moved what the change is of.';
comment on column bisection.bug_id is 'The bug; null: it is of a change.';
comment on column bisection.change_id is 'The change; null: it is of a bug.';

alter table bisection_attempt add column value double precision;
comment on column bisection_attempt.value is 'Of a change: what was measured, on the scale on which it is compared; has_event then says that it lies nearer to the newer end.';

create function bisection_matter(bisection_id bigint) returns text
language plpgsql stable parallel safe as $$
begin
	return (select coalesce((select b.title from bug b where b.id = x.bug_id),
			(select m.title || ', ' || p.name || ': ' || page_number(change_unscale(s.metric, c.before)) || ' -> ' || page_number(change_unscale(s.metric, c.after)) || ' ' || m.unit
				from change c join series s on s.id = c.series_id join metric m on m.name = s.metric join profile p on p.id = s.profile_id where c.id = x.change_id))
		from bisection x where x.id = $1);
end $$;
comment on function bisection_matter(bigint) is 'What a search is about, in a line: the bug''s title, or what moved from where to where.';

create or replace function bisection_words(bisection_id bigint) returns jsonb
language sql stable parallel safe as $$
	select jsonb_build_object('id', x.id, 'url', '/bisections/' || x.id, 'kind', x.kind, 'state', x.state, 'bug', x.bug_id, 'change', x.change_id, 'tree', t.name, 'profile', p.name,
		'older', o.sha, 'newer', n.sha, 'commits', (select greatest(count(*) - 1, 0) from bisection_commit c where c.bisection_id = x.id),
		'none', x.none, 'entropy_bits', x.entropy, 'budget_minutes', x.budget_minutes, 'used_minutes', x.used_minutes, 'needs_minutes', x.needs_minutes,
		'culprit', (select k.sha from bisection_commit c join commit k on k.id = c.commit_id where c.bisection_id = x.id and x.state = 'found' order by c.belief desc limit 1),
		'confirm_run', x.confirm_run_id, 'attempts', (select count(*) from bisection_attempt a where a.bisection_id = x.id),
		'created_at', to_char(x.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'ended_at', to_char(x.ended_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))
	from bisection x join tree t on t.id = x.tree_id join profile p on p.id = x.profile_id join commit o on o.id = x.older_id join commit n on n.id = x.newer_id
	where x.id = $1
$$;

create or replace function bisection_mail(bisection_id bigint, base text) returns jsonb
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
	select b.*, t.name as tree, url_shown(t.url) as git, t.branch, p.name as profile, o.sha as older, o.subject as older_subject, n.sha as newer, n.subject as newer_subject, bisection_matter(b.id) as matter, b.kind <> 'fixed' as is_broken,
			(select greatest(count(*) - 1, 0) from bisection_commit c where c.bisection_id = b.id) as commits, (select count(*) from bisection_attempt a where a.bisection_id = b.id) as attempts
		into x from bisection b join tree t on t.id = b.tree_id join profile p on p.id = b.profile_id join commit o on o.id = b.older_id join commit n on n.id = b.newer_id
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
		commands := case x.kind when 'broken' then '  git bisect start ' when 'fixed' then '  git bisect start --term-old=broken --term-new=fixed ' else '  git bisect start --term-old=before --term-new=after ' end || x.newer || ' ' || x.older;
	end if;
	return jsonb_build_object(
		'opening', format('Faultline has searched %s for the one that %s. ', page_counted(x.commits, 'commit', 'commits'), case x.kind when 'broken' then 'brought a bug' when 'fixed' then 'took a bug away' else 'moved what is measured' end)
			|| case when x.state = 'found' then format('By %s one of them holds %s %% of the belief:', page_counted(x.attempts, 'attempt', 'attempts'), round(top.belief::numeric * 100, 1))
				else format('By %s it is one of %s, between which nothing builds and boots that could tell them apart:', page_counted(x.attempts, 'attempt', 'attempts'), top.many) end,
		'text', '  ' || x.matter || E'\n\n' || believed || E'\n\n'
			|| format(E'older end:    %s ("%s")\nnewer end:    %s ("%s")\ntree:         %s, %s %s\nprofile:      %s\n', left(x.older, 12), left(x.older_subject, 200), left(x.newer, 12), left(x.newer_subject, 200), x.tree, x.git, x.branch, x.profile)
			|| coalesce('confirmed:    ' || sides || E'\n', '')
			|| coalesce(format(E'shown by:     %s/attempts/%s\n', $2, shown.id), '')
			|| case when x.bug_id is not null then format(E'bug:          %s/bugs/%s\n', $2, x.bug_id) else format(E'change:       %s/changes/%s\n', $2, x.change_id) end || format(E'search:       %s/bisections/%s\n\n', $2, x.id)
			|| trailer
			|| coalesce(E'To boot what ' || case when x.bug_id is not null then 'showed it' else 'was measured' end || E':\n\n  ' || shown.reproduce || E'\n\n', '')
			|| E'To check by hand' || coalesce(format(' (where it is, %s clean attempts in a row come once in a hundred)', case when x.bug_id is not null then x.clean_runs end), '') || E':\n\n' || commands || E'\n',
		'regzbot', case when x.is_broken then '#regzbot introduced: ' || case when x.state = 'found' then top.short else left(x.older, 12) || '..' || left(x.newer, 12) end
			when x.state = 'found' then '#regzbot fix: ' || top.short || ' ("' || top.subject || '")' end);
end $$;

create or replace function alert_payload(alert_id bigint, base text) returns jsonb
language plpgsql stable parallel safe as $$
begin
	return alert_payload_unsought($1, $2) || coalesce((
		select jsonb_strip_nulls(jsonb_build_object('bug', (select jsonb_build_object('id', b.id, 'url', $2 || '/bugs/' || b.id, 'title', b.title, 'type', nullif(b.type, ''), 'state', b.state) from bug b where b.id = x.bug_id),
			'search', bisection_words(x.id) || jsonb_build_object('url', $2 || '/bisections/' || x.id) || coalesce(bisection_mail(x.id, $2), '{}')))
		from alert a join bisection x on x.id = a.bisection_id where a.id = $1), '{}');
end $$;
