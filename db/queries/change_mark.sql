-- A person decides on a change. $1 change, as text; $2 state; $3 who; $4 note; $5 the version that was seen, or null.
-- No row: no such change. is_done false: it has changed since.
with found as (
	select id, state, version from change where id = case when $1::text ~ '^[0-9]{1,18}$' then $1::text::bigint end for update
), changed as (
	update change c set state = $2::text, version = c.version + 1, changed_at = now()
	from found where c.id = found.id and ($5::integer is null or $5::integer = found.version)
	returning c.id
), noted as (
	insert into change_history (change_id, token_id, from_state, to_state, note) select f.id, $3::bigint, f.state, $2::text, coalesce($4::text, '') from found f join changed on true
), told as (
	insert into event (kind, subject_id) select 'change', id from changed
)
select f.id, exists (select from changed) as is_done from found f limit 1
