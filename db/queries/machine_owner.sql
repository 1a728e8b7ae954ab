-- An admin says whose a machine is. $1 name; $2 a mail address, whose subscription is made when it is not there, or a subscription's name;
-- null: nobody's; $3 token's id; $4 note or null. No row: unknown machine. An unknown name is refused by the foreign key.
with old as (
	select m.id, m.owner_id, subscription_shown(s.channel, s.target) as shown from machine m left join subscription s on s.id = m.owner_id
	where m.name = $1::text for update of m
), made as (
	insert into subscription (name, state, channel, target, is_direct, token_id)
	select 'notify-' || replace(gen_random_uuid()::text, '-', ''), 'direct', 'mail', $2::text, true, $3::bigint from old
	where strpos($2::text, '@') > 0
	on conflict (target) where is_direct do update set target = excluded.target
	returning id, channel, target
), given as (
	select id, channel, target from made
	union all
	select id, channel, target from subscription where name = $2::text
	limit 1
), changed as (
	update machine set owner_id = case when $2::text is not null then coalesce((select id from given), 0) end from old where machine.id = old.id
	returning machine.id
), noted as (
	insert into machine_change (machine_id, token_id, what, before, after, note)
	select old.id, $3::bigint, 'owner', old.shown, (select subscription_shown(channel, target) from given), $4::text
	from old where old.owner_id is distinct from (select id from given)
), told as (
	insert into event (kind, subject_id) select 'machine', id from changed
)
select id from changed limit 1
