-- A person does something about an alert. $1 alert, as text; $2 acknowledge, assign, mute or unmute; $3 who; $4 to whom (assign; null: to
-- nobody); $5 for how many days (mute; null: for ever); $6 a note.
-- No row: no such alert.
with found as (
	select id, thread from alert where id = case when $1::text ~ '^[0-9]{1,18}$' then $1::text::bigint end
), changed as (
	update alert a set
		acknowledged_at = case when $2::text in ('acknowledge', 'assign') then coalesce(a.acknowledged_at, now()) else a.acknowledged_at end,
		assignee = case when $2::text = 'assign' then $4::text else a.assignee end
	from found where a.id = found.id
	returning a.id
), muted as (
	insert into alert_mute (thread, until)
	select thread, coalesce(now() + $5::integer * interval '1 day', 'infinity') from found where $2::text = 'mute'
	on conflict (thread) do update set until = excluded.until
), unmuted as (
	delete from alert_mute m using found where m.thread = found.thread and $2::text = 'unmute'
), noted as (
	insert into alert_history (alert_id, token_id, action, detail, note)
	select id, $3::bigint, $2::text, case $2::text when 'assign' then coalesce('to ' || $4::text, 'to nobody')
		when 'mute' then coalesce('for ' || $5::integer || ' days', 'for ever') else '' end, coalesce($6::text, '') from changed
), told as (
	insert into event (kind, subject_id) select 'alert', id from changed
)
select id from changed limit 1
