-- Trees to be fetched: asked for, never tried, not tried for as long as the tree says, else
-- for $1 seconds (0: only when asked for), or failed a minute ago. Those that
-- somebody waits for come first. No row: none.
select id, name, url, branch
from tree
where kind = 'git' and (refresh_wanted_at is not null or refresh_tried_at is null
	or (coalesce(interval_s, $1::bigint) > 0 and refresh_tried_at < now() - make_interval(secs => coalesce(interval_s, $1::bigint)))
	or (refresh_error is not null and refresh_tried_at < now() - interval '1 minute'))
order by refresh_wanted_at nulls last, refresh_tried_at nulls first, id
limit 1000
