-- What Faultline itself makes of a change; what its pairs confirm is there, whatever the points of today look like. $1 change, $2 state, $3 pairs, $4 their chance or null, $5 the change that took it back or null, $6 why.
with before as (
	select id, state from change where id = $1::bigint
), changed as (
	update change c set state = $2::text, version = c.version + (c.state <> $2::text)::integer, trial_pairs = coalesce($3::integer, c.trial_pairs),
		trial_chance = coalesce($4::double precision, c.trial_chance), fixed_by = coalesce($5::bigint, c.fixed_by),
		gone_at = case when $2::text = 'new' then c.gone_at end, changed_at = now()
	from before where c.id = before.id
	returning c.id
), told as (
	insert into change_history (change_id, from_state, to_state, note) select id, state, $2::text, $6::text from before where state <> $2::text
)
insert into event (kind, subject_id) select 'change', id from changed
