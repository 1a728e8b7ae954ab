-- Drifts are tried and told: a change of kind slope is the stretch beside the place where the pace moved, its sides are both ends of it. And what
-- does not show at its edges, though noise would not show it either, is tried at the ends of both levels before it is called a false alarm.

alter table change add column is_wide boolean not null default false;
comment on column change.is_wide is 'Attempts of its edges in turn did not show it, so its sides are the ends of both levels: it lies elsewhere between them, or each commit moved it a little.';
comment on column change.kind is 'level: the values moved; slope: the series drifts and its pace moved.';
comment on column change.good_id is 'Last commit before that has points; the first of the level before where is_wide; of a slope the first of the stretch that drifts.';
comment on column change.bad_id is 'First commit of the new level that has points; the last of it where is_wide; of a slope the last of the stretch.';
comment on column change.low_id is 'With 95 % the new level, or the new pace, does not begin before this commit …';
comment on column change.before is 'Mean before, or value at the beginning of a drift, on the scale of the analysis (change_scale).';
comment on column change.after is 'Mean behind, or value at the end of a drift.';
comment on column change.noise is 'Standard deviation of one value around the levels or the drift.';

-- Slopes had paces for values and were never tried: those of which nobody has said anything are found anew.
insert into change_item (series_id) select distinct series_id from change where kind = 'slope' on conflict do nothing;
delete from change where kind = 'slope' and state = 'new' and alert_id is null and trial_id is null and not exists (select from change o where o.fixed_by = change.id);

create or replace function change_words(change_id bigint) returns jsonb
language sql stable parallel safe as $$
	select jsonb_build_object('id', c.id, 'url', '/changes/' || c.id, 'state', c.state, 'version', c.version, 'kind', c.kind, 'is_wide', c.is_wide, 'tree', t.name, 'profile', p.name, 'metric', s.metric, 'metric_title', m.title, 'unit', m.unit,
		'series_url', '/trees/' || t.name || '/series/' || p.name || '/' || s.metric, 'last_good', g.sha, 'last_good_subject', g.subject, 'first_bad', b.sha, 'first_bad_subject', b.subject,
		'before', change_unscale(s.metric, c.before), 'before_low', change_unscale(s.metric, c.before_low), 'before_high', change_unscale(s.metric, c.before_high),
		'after', change_unscale(s.metric, c.after), 'after_low', change_unscale(s.metric, c.after_low), 'after_high', change_unscale(s.metric, c.after_high),
		'chance', c.chance, 'trial', case when c.trial_id is not null then jsonb_build_object('pairs', c.trial_pairs, 'chance', c.trial_chance,
			'runs', (select coalesce(jsonb_agg(r.run_id order by r.run_id), '[]') from change_trial_run r where r.trial_id = c.trial_id)) end,
		'fixed_by', c.fixed_by, 'alert', c.alert_id, 'found_at', to_char(c.found_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'gone_at', to_char(c.gone_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))
	from change c join series s on s.id = c.series_id join metric m on m.name = s.metric join tree t on t.id = s.tree_id join profile p on p.id = s.profile_id
		join commit g on g.id = c.good_id join commit b on b.id = c.bad_id
	where c.id = $1
$$;
comment on function change_words(bigint) is 'What the API says of a change. Of a slope the sides are the ends of the stretch that drifts.';
