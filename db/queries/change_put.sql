-- Keeps a change as the points show it now. $1 id or null: a new one; $2 series; $3 kind; $4 to $7 commits: last before, first behind (of a drift
-- the ends of its stretch), low, high; $8 to $13 before and after with bounds; $14 noise; $15 chance. What people or attempts have decided on keeps
-- its place, and so does what is being tried, where it drifts or its sides are the ends of both levels from the order on; another's moves, and is
-- tried there. The values of a drift are those of its ends and stay with them. Always one row.
with put as (
	insert into change (series_id, kind, good_id, bad_id, low_id, high_id, before, before_low, before_high, after, after_low, after_high, noise, chance)
	select $2::bigint, $3::text, $4::bigint, $5::bigint, $6::bigint, $7::bigint, $8::double precision, $9::double precision, $10::double precision,
		$11::double precision, $12::double precision, $13::double precision, $14::double precision, $15::double precision
	where $1::bigint is null
	returning id
), free as (
	select c.id from change c where c.id = $1::bigint and c.state = 'new' and not c.is_wide and not (c.kind = 'slope' and c.trial_id is not null) and not exists (
		select from change_trial_run r join job j on j.run_id = r.run_id where r.trial_id = c.trial_id and j.state in ('leased', 'running', 'done'))
), moved as (
	update change c set before = case when k.is_held then c.before else $8::double precision end, before_low = case when k.is_held then c.before_low else $9::double precision end,
		before_high = case when k.is_held then c.before_high else $10::double precision end, after = case when k.is_held then c.after else $11::double precision end,
		after_low = case when k.is_held then c.after_low else $12::double precision end, after_high = case when k.is_held then c.after_high else $13::double precision end,
		noise = $14::double precision, chance = $15::double precision,
		gone_at = null,
		trial_id = case when f.id is not null and (c.good_id, c.bad_id) <> ($4::bigint, $5::bigint) then null else c.trial_id end,
		good_id = case when f.id is not null then $4::bigint else c.good_id end, bad_id = case when f.id is not null then $5::bigint else c.bad_id end,
		low_id = case when f.id is not null then $6::bigint else c.low_id end, high_id = case when f.id is not null then $7::bigint else c.high_id end,
		changed_at = case when f.id is not null and c.bad_id <> $5::bigint then now() else c.changed_at end
	from (select x.id, x.kind = 'slope' and x.id not in (select id from free) as is_held from change x where x.id = $1::bigint) k left join free f on true
	where c.id = k.id
	returning c.id
)
select id, event_add('change', id, null)::text as told from put union all select id, null from moved limit 1
