-- Notes a kernel that confirms a search's culprit. $1 bisection, $2 place, $3 what it is, $4 revision. Always one row: how many attempts of it
-- there are under its profile that say something.
with kept as (
	insert into bisection_side (bisection_id, n, what, revision_id) values ($1::bigint, $2::integer, $3::text, $4::bigint) on conflict do nothing
)
select count(*) as tried from bisection x join job j on j.revision_id = $4::bigint and j.profile_id = x.profile_id join attempt a on a.job_id = j.id and a.result in ('clean', 'crash', 'hang')
where x.id = $1::bigint limit 1
