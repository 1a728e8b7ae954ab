-- Keeps an attempt's result. $1 attempt; $2 state; $3 result or null; $4 step; $5 detail; $6 came after the lease; $7 hash of the body;
-- $8 kernel release; $9 page size; $10 accel; $11 build seconds; $12 built from cache; $13 load before; $14 load during; $15 reproduce; $16 built;
-- $17 the kernel's build id; $18 work done; $19 its unit; $20 what ended the workload.
with ended as (
	update attempt set state = $2::text, result = $3::text, step = coalesce($4::text, step), detail = $5::text, is_late = $6::boolean,
	result_hash = $7::text, ended_at = coalesce(ended_at, now()), kernel_release = $8::text, page_size = $9::integer, accel = $10::text,
	build_seconds = $11::double precision, is_built_from_cache = $12::boolean, load_before = $13::double precision,
	load_during = $14::double precision, reproduce = $15::text, built = $16::text, build_id = $17::text,
	work_done = $18::bigint, work_unit = $19::text, ended_by = $20::text, step_done = null, step_of = null, step_unit = null
where id = $1::bigint
	returning id
)
insert into event (kind, subject_id, attempt_id) select 'attempt', id, id from ended
