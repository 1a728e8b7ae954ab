-- The runner says how long its streams are. $1 attempt; $2 names; $3 sizes. Answers the first that is not here whole, and what is here;
-- no row: all are.
with given as (
	select name, size from unnest($2::text[], $3::bigint[]) g (name, size)
), done as (
	update stream s set is_complete = true from given
	where s.attempt_id = $1::bigint and s.name = given.name and s.size_bytes = given.size
	returning s.name
)
select given.name, given.size, coalesce(s.size_bytes, 0) as have
from given left join stream s on s.attempt_id = $1 and s.name = given.name
where given.size > 0 and given.name not in (select name from done)
order by given.name limit 1
