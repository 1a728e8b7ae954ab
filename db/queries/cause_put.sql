-- Keeps a proposal that two bugs have one cause, as the numbers are now; what a person has decided stays as it was. $1 tree, $2 the bug with the
-- smaller number, $3 the other, $4 likeness, $5 part shared, $6 chance, $7 the same over all pairs, $8 functions that both have; $9 and $10
-- kernels before and behind the steps in which both moved, $11 and $12 how much each rose (arrays alike).
with was as materialized (
	select id, state from cause where first_id = $2::bigint and second_id = $3::bigint
), kept as (
	insert into cause (tree_id, first_id, second_id, likeness, shared, chance, q, functions)
	values ($1::bigint, $2::bigint, $3::bigint, $4::double precision, $5::double precision, $6::double precision, $7::double precision, $8::text[])
	on conflict (first_id, second_id) do update
	set tree_id = excluded.tree_id, likeness = excluded.likeness, shared = excluded.shared, chance = excluded.chance, q = excluded.q, functions = excluded.functions, state = 'proposed'
	where cause.state in ('proposed', 'withdrawn')
	returning id
), step as (
	insert into cause_step (cause_id, n, from_id, to_id, first_rise, second_rise)
	select k.id, s.n, s.from_id, s.to_id, s.a, s.b
	from kept k cross join unnest($9::bigint[], $10::bigint[], $11::double precision[], $12::double precision[]) with ordinality s (from_id, to_id, a, b, n)
	on conflict (cause_id, n) do update set from_id = excluded.from_id, to_id = excluded.to_id, first_rise = excluded.first_rise, second_rise = excluded.second_rise
), fewer as (
	delete from cause_step s using kept k where s.cause_id = k.id and s.n > cardinality($9::bigint[])
)
insert into event (kind, subject_id)
select 'bug', b.id from kept k cross join (values ($2::bigint), ($3::bigint)) b (id) where not exists (select from was where state = 'proposed')
