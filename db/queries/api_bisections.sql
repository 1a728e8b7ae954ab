-- Searches for the API, the newest first. $1 state (null: all), $2 bug's id (null: all), $3 how many, as text (null: 100; at most 1000). Always one row.
select json_build_object('bisections', coalesce(json_agg(bisection_words(x.id) order by x.id desc), '[]'))::text as body
from (
	select id from bisection where ($1::text is null or state = $1::text) and ($2::text is null or bug_id::text = $2::text)
	order by id desc limit least(1000, case when $3::text ~ '^[0-9]{1,4}$' then $3::text::integer else 100 end)) x
limit 1
