-- A stream before bytes are added: made when it is new, and locked. $1 attempt; $2 name. No row: unknown attempt.
with found as (
	select size_bytes, is_complete from stream where attempt_id = $1::bigint and name = $2::text for update
), made as (
	insert into stream (attempt_id, name, claimed_at)
	select id, $2, claimed_at from attempt where id = $1 and not exists (select from found)
	on conflict (attempt_id, name) do update set updated_at = stream.updated_at
	returning size_bytes, is_complete
)
select size_bytes, is_complete from found union all select size_bytes, is_complete from made limit 1
