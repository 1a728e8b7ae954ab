-- Searches that begin by themselves, within a tree's budget, and the run that confirms what was found.
alter table tree_policy add column bisect_minutes integer check (bisect_minutes between 1 and 1000000);
comment on column tree_policy.bisect_minutes is 'Minutes of machines a day for searches that nobody asked for: which commit brought a bug that was seen twice, which took one away; null: none begins by itself.';

alter table bisection add column confirm_run_id bigint references run (id);
comment on column bisection.confirm_run_id is 'The newer end beside itself with the culprit reverted; null: not ordered, as for merges.';

create or replace function bisection_words(bisection_id bigint) returns jsonb
language sql stable parallel safe as $$
	select jsonb_build_object('id', x.id, 'url', '/bisections/' || x.id, 'kind', x.kind, 'state', x.state, 'bug', x.bug_id, 'tree', t.name, 'profile', p.name,
		'older', o.sha, 'newer', n.sha, 'commits', (select greatest(count(*) - 1, 0) from bisection_commit c where c.bisection_id = x.id),
		'none', x.none, 'entropy_bits', x.entropy, 'budget_minutes', x.budget_minutes, 'used_minutes', x.used_minutes, 'needs_minutes', x.needs_minutes,
		'culprit', (select k.sha from bisection_commit c join commit k on k.id = c.commit_id where c.bisection_id = x.id and x.state = 'found' order by c.belief desc limit 1),
		'confirm_run', x.confirm_run_id, 'attempts', (select count(*) from bisection_attempt a where a.bisection_id = x.id),
		'created_at', to_char(x.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'ended_at', to_char(x.ended_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))
	from bisection x join tree t on t.id = x.tree_id join profile p on p.id = x.profile_id join commit o on o.id = x.older_id join commit n on n.id = x.newer_id
	where x.id = $1
$$;
