-- Adds bytes at the end of a locked stream. $1 attempt; $2 name; $3 offset; $4 bytes before compression; $5 deflated bytes;
-- $6 null, or where the text stood from here on: the middle was not kept.
with grown as (
	update stream set size_bytes = $3::bigint + $4::integer, updated_at = clock_timestamp(),
		gap_start = case when $6::bigint is null then gap_start else $3 end, gap_end = coalesce($6, gap_end)
	where attempt_id = $1::bigint and name = $2::text and size_bytes = $3
	returning claimed_at
)
insert into chunk (attempt_id, claimed_at, name, start_byte, size_bytes, body)
select $1, claimed_at, $2, $3, $4, $5::bytea from grown
