-- Changes: places where a series moved. They are found anew whenever a point comes, in whatever order, and keep their identity; attempts of
-- both sides in turn confirm them before anybody is told.

create table change_item (
	series_id bigint primary key references series (id),
	queued_at timestamptz not null default now()
);
comment on table change_item is 'Series that have other points than when they were last looked at; the stage removes the row in the transaction that looked.';
comment on column change_item.series_id is 'The series.';
comment on column change_item.queued_at is 'Since when.';

create table change_trial (
	id bigint generated always as identity primary key,
	tree_id bigint not null references tree (id),
	profile_id bigint not null references profile (id),
	good_id bigint not null references commit (id),
	bad_id bigint not null references commit (id),
	created_at timestamptz not null default now(),
	unique (tree_id, profile_id, good_id, bad_id)
);
comment on table change_trial is 'Both edges of a suspected change, to be tried in turn. What moved in several metrics of a profile has one.';
comment on column change_trial.id is 'Key.';
comment on column change_trial.tree_id is 'The tree.';
comment on column change_trial.profile_id is 'The profile.';
comment on column change_trial.good_id is 'The last commit before.';
comment on column change_trial.bad_id is 'The first commit behind.';
comment on column change_trial.created_at is 'When it was queued.';

create table change_trial_run (
	trial_id bigint not null references change_trial (id),
	run_id bigint not null unique references run (id),
	primary key (trial_id, run_id)
);
comment on table change_trial_run is 'The pairs of a trial: each is a run of both commits, one behind the other.';
comment on column change_trial_run.trial_id is 'The trial.';
comment on column change_trial_run.run_id is 'The run.';

create table change (
	id bigint generated always as identity primary key,
	series_id bigint not null references series (id),
	state text not null default 'new' check (state in ('new', 'confirmed', 'acknowledged', 'expected', 'false_alarm', 'fixed')),
	version integer not null default 1 check (version > 0),
	kind text not null check (kind in ('level', 'slope')),
	good_id bigint not null references commit (id),
	bad_id bigint not null references commit (id),
	low_id bigint not null references commit (id),
	high_id bigint not null references commit (id),
	before double precision not null,
	before_low double precision not null,
	before_high double precision not null,
	after double precision not null,
	after_low double precision not null,
	after_high double precision not null,
	noise double precision not null check (noise >= 0),
	chance double precision not null check (chance between 0 and 1),
	trial_id bigint references change_trial (id),
	trial_pairs integer not null default 0,
	trial_chance double precision,
	fixed_by bigint references change (id),
	alert_id bigint references alert (id) on delete set null,
	found_at timestamptz not null default now(),
	changed_at timestamptz not null default now(),
	gone_at timestamptz
);
create index change_series on change (series_id);
create index change_trial_of on change (trial_id);
create index change_alert on change (alert_id);
comment on table change is 'A place in a series where its level moved.';
comment on column change.id is 'Key.';
comment on column change.series_id is 'The series.';
comment on column change.state is 'new: found; confirmed: attempts of both sides in turn showed it; acknowledged, expected, false_alarm: people said so (false_alarm: or the attempts did); fixed: a later change took it back.';
comment on column change.version is 'Goes up with each change of state, so that two people do not undo each other''s.';
comment on column change.kind is 'level: the values moved; slope: the series drifts and its pace moved.';
comment on column change.good_id is 'Last commit before that has points.';
comment on column change.bad_id is 'First commit of the new level that has points.';
comment on column change.low_id is 'With 95 % the new level does not begin before this commit …';
comment on column change.high_id is '… and not behind this one.';
comment on column change.before is 'Mean before, on the scale of the analysis (change_scale).';
comment on column change.before_low is 'Lower bound of it, 95 %.';
comment on column change.before_high is 'Upper bound.';
comment on column change.after is 'Mean behind.';
comment on column change.after_low is 'Lower bound of it, 95 %.';
comment on column change.after_high is 'Upper bound.';
comment on column change.noise is 'Standard deviation of the series around its levels.';
comment on column change.chance is 'That noise alone shows this anywhere in the series.';
comment on column change.trial_id is 'The attempts of both sides in turn; null: not ordered yet.';
comment on column change.trial_pairs is 'Pairs that counted.';
comment on column change.trial_chance is 'That noise alone shows what the pairs showed.';
comment on column change.fixed_by is 'The change that took it back.';
comment on column change.alert_id is 'The alert that told of it.';
comment on column change.found_at is 'When it was first found.';
comment on column change.changed_at is 'Last change of its place or state.';
comment on column change.gone_at is 'The points do not show it any more; null: they do.';

create table change_history (
	id bigint generated always as identity primary key,
	change_id bigint not null references change (id) on delete cascade,
	at timestamptz not null default now(),
	token_id bigint references token (id),
	from_state text not null,
	to_state text not null,
	note text not null default '' check (length(note) <= 2000)
);
create index change_history_change on change_history (change_id, id);
comment on table change_history is 'Each change of state: who, when, why.';
comment on column change_history.id is 'Key, and order.';
comment on column change_history.change_id is 'The change.';
comment on column change_history.at is 'When.';
comment on column change_history.token_id is 'Who; null: Faultline itself.';
comment on column change_history.from_state is 'State before.';
comment on column change_history.to_state is 'State behind it.';
comment on column change_history.note is 'What the person wrote, or why Faultline did.';

-- Counts differ by factors, shares by odds. Half an event is added, so that nothing is infinite.
create function change_scale(metric text, value double precision, success double precision, fail double precision) returns double precision
language sql immutable parallel safe as $$
	select case when $1 like 'fail\_ratio%' then ln((coalesce($4, $2 * 1e6) + 0.5) / (coalesce($3, (1 - $2) * 1e6) + 0.5)) else ln(1 + greatest($2, 0)) end
$$;
comment on function change_scale(text, double precision, double precision, double precision) is 'A value as changes are looked for: log-odds of shares (of the attempt''s own successes and failures), log of counts.';

create function change_unscale(metric text, scaled double precision) returns double precision
language sql immutable parallel safe as $$
	select case when $1 like 'fail\_ratio%' then 1 / (1 + exp(-least($2, 700))) else exp(least($2, 700)) - 1 end
$$;
comment on function change_unscale(text, double precision) is 'Back to what people read.';

create view change_point as
select v.series_id, s.tree_id, s.profile_id, s.metric, v.attempt_id, v.claimed_at, v.commit_id, tc.ordinal, v.value,
	change_scale(s.metric, v.value, g.value, f.value) as scaled
from series s
	join point v on v.series_id = s.id
	join tree_commit tc on tc.tree_id = s.tree_id and tc.commit_id = v.commit_id and tc.ordinal is not null
	left join series gs on s.metric = 'fail_ratio' and gs.tree_id = s.tree_id and gs.profile_id = s.profile_id and gs.metric = 'pgmigrate_success'
	left join point g on g.series_id = gs.id and g.attempt_id = v.attempt_id and g.claimed_at = v.claimed_at
	left join series fs on s.metric = 'fail_ratio' and fs.tree_id = s.tree_id and fs.profile_id = s.profile_id and fs.metric = 'pgmigrate_fail'
	left join point f on f.series_id = fs.id and f.attempt_id = v.attempt_id and f.claimed_at = v.claimed_at;
comment on view change_point is 'Points on the line of commits, on the scale on which changes are looked for.';

-- What people are told of besides: a change that was confirmed, and one that was taken back.
alter table alert
	drop constraint alert_kind_check,
	add constraint alert_kind_check check (kind in ('bug_new', 'bug_again', 'machine_lost', 'queue_stuck', 'change_confirmed', 'change_fixed'));
comment on column alert.kind is 'bug_new: not seen before; bug_again: seen on a revision that has its fix; machine_lost: an active machine is silent; queue_stuck: jobs wait and nobody takes them; change_confirmed: a series moved, and attempts of both sides in turn show it; change_fixed: it moved back, shown likewise.';
comment on column alert.thread is 'What is one matter to its readers: bug:7, machine:3, queue:arm64, change:5. Mails of one thread answer the first; muting is of a thread.';
alter table subscription
	drop constraint subscription_kinds_check,
	add constraint subscription_kinds_check check (kinds <@ array['bug_new', 'bug_again', 'machine_lost', 'queue_stuck', 'change_confirmed', 'change_fixed']);

create or replace function alert_kind_words(kind text) returns text
language sql immutable parallel safe as $$
	select case $1 when 'bug_new' then 'new bug' when 'bug_again' then 'seen again after its fix' when 'machine_lost' then 'machine lost' when 'queue_stuck' then 'queue stuck'
		when 'change_confirmed' then 'change confirmed' when 'change_fixed' then 'change fixed' else $1 end
$$;

create function change_words(change_id bigint) returns jsonb
language sql stable parallel safe as $$
	select jsonb_build_object('id', c.id, 'url', '/changes/' || c.id, 'state', c.state, 'version', c.version, 'kind', c.kind, 'tree', t.name, 'profile', p.name, 'metric', s.metric, 'metric_title', m.title, 'unit', m.unit,
		'series_url', '/trees/' || t.name || '/series/' || p.name || '/' || s.metric, 'last_good', g.sha, 'last_good_subject', g.subject, 'first_bad', b.sha, 'first_bad_subject', b.subject,
		'before', case when c.kind = 'level' then change_unscale(s.metric, c.before) end, 'before_low', case when c.kind = 'level' then change_unscale(s.metric, c.before_low) end, 'before_high', case when c.kind = 'level' then change_unscale(s.metric, c.before_high) end,
		'after', case when c.kind = 'level' then change_unscale(s.metric, c.after) end, 'after_low', case when c.kind = 'level' then change_unscale(s.metric, c.after_low) end, 'after_high', case when c.kind = 'level' then change_unscale(s.metric, c.after_high) end,
		'chance', c.chance, 'trial', case when c.trial_id is not null then jsonb_build_object('pairs', c.trial_pairs, 'chance', c.trial_chance,
			'runs', (select coalesce(jsonb_agg(r.run_id order by r.run_id), '[]') from change_trial_run r where r.trial_id = c.trial_id)) end,
		'fixed_by', c.fixed_by, 'alert', c.alert_id, 'found_at', to_char(c.found_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'gone_at', to_char(c.gone_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))
	from change c join series s on s.id = c.series_id join metric m on m.name = s.metric join tree t on t.id = s.tree_id join profile p on p.id = s.profile_id
		join commit g on g.id = c.good_id join commit b on b.id = c.bad_id
	where c.id = $1
$$;
comment on function change_words(bigint) is 'What the API says of a change. The means of a drifting series are of its pace and stand on no scale that people read, so they are absent.';

alter function alert_payload(bigint, text) rename to alert_payload_bugs;
create function alert_payload(alert_id bigint, base text) returns jsonb
language sql stable parallel safe as $$
	select alert_payload_bugs($1, $2) || jsonb_strip_nulls(jsonb_build_object('changes', (
		select jsonb_agg(w.words || jsonb_build_object('url', $2 || (w.words ->> 'url'), 'series_url', $2 || (w.words ->> 'series_url'),
			'before_text', page_number((w.words ->> 'before')::double precision), 'after_text', page_number((w.words ->> 'after')::double precision)) order by c.id)
		from change c cross join lateral (select change_words(c.id) as words) w
		where c.alert_id = $1 or (a.kind = 'change_fixed' and exists (select from change f where f.alert_id = $1 and c.fixed_by = f.id)))))
	from alert a where a.id = $1
$$;
comment on function alert_payload(bigint, text) is 'All of an alert that is told: for messages, webhooks and the API. The second argument is what addresses begin with.';
comment on function alert_payload_bugs(bigint, text) is 'The same without changes.';

create function page_change_status(state text, gone_at timestamptz) returns json
language sql immutable parallel safe as $$
	select case
		when $2 is not null and $1 in ('new', 'confirmed', 'acknowledged') then '{"word": "no longer seen", "mark": "–", "class": "idle"}'
		when $1 = 'new' then '{"word": "new", "mark": "?", "class": "warn"}'
		when $1 = 'confirmed' then '{"word": "confirmed", "mark": "✗", "class": "bad"}'
		when $1 = 'acknowledged' then '{"word": "acknowledged", "mark": "!", "class": "warn"}'
		when $1 = 'expected' then '{"word": "expected", "mark": "–", "class": "idle"}'
		when $1 = 'false_alarm' then '{"word": "false alarm", "mark": "–", "class": "idle"}'
		else '{"word": "fixed", "mark": "✓", "class": "good"}' end::json
$$;
comment on function page_change_status(text, timestamptz) is 'Word, mark and class of a change.';
