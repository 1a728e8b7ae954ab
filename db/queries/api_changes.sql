-- Changes for the API, the last found first. $1 state (null: those that are new or stand; all), $2 tree (null: all), $3 how many, as text (null: 100;
-- at most 1000). Always one row.
select json_build_object('changes', coalesce(json_agg(change_words(c.id) order by c.id desc), '[]'))::text as body
from (
	select c.id from change c join series s on s.id = c.series_id join tree t on t.id = s.tree_id
	where (c.state = $1::text or $1::text = 'all' or ($1::text is null and c.state in ('new', 'confirmed', 'acknowledged') and c.gone_at is null))
		and ($2::text is null or t.name = $2::text)
	order by c.id desc limit least(1000, case when $3::text ~ '^[0-9]{1,4}$' then $3::text::integer else 100 end)) c
limit 1
