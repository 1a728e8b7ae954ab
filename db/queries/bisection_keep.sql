-- Keeps what a search knows now. $1 bisection, $2 state, $3 belief that it is none, $4 entropy, $5 minutes still needed or null, $6 minutes used,
-- $7 ended attempts seen, $8 beliefs by position, as text of an array; $9 attempts, $10 their positions, $11 events, $12 exposures, $13 bits (arrays alike); $14 clean attempts in a row that come once in a hundred where it is, or null, $15 values of a change (an array like the others); $16 belief that two commits
-- share it or null, $17 and $18 positions of the likeliest two.
with beliefs as (
	update bisection_commit c set belief = b.belief from unnest($8::double precision[]) with ordinality b (belief, n)
	where c.bisection_id = $1::bigint and c.position = b.n - 1 and abs(c.belief - b.belief) > 1e-7
), attempts as (
	insert into bisection_attempt (bisection_id, attempt_id, position, has_event, exposure, bits, value)
	select $1::bigint, * from unnest($9::bigint[], $10::integer[], $11::boolean[], $12::double precision[], $13::double precision[], $15::double precision[])
	on conflict (bisection_id, attempt_id) do update set has_event = excluded.has_event, exposure = excluded.exposure, bits = excluded.bits, value = excluded.value
	where (bisection_attempt.has_event, bisection_attempt.exposure, bisection_attempt.bits, bisection_attempt.value) is distinct from (excluded.has_event, excluded.exposure, excluded.bits, excluded.value)
), told as (
	insert into event (kind, subject_id) values ('bisection', $1::bigint)
)
update bisection set state = $2::text, none = $3::double precision, entropy = $4::double precision, needs_minutes = $5::double precision,
	used_minutes = $6::double precision, seen_attempts = $7::bigint, looked_at = now(), clean_runs = $14::integer, two = $16::double precision,
	two_first_id = (select c.commit_id from bisection_commit c where c.bisection_id = $1::bigint and c.position = $17::integer and $16::double precision is not null),
	two_second_id = (select c.commit_id from bisection_commit c where c.bisection_id = $1::bigint and c.position = $18::integer and $16::double precision is not null), ended_at = case when $2::text <> 'running' then now() end
where id = $1::bigint
