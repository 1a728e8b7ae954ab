-- The medians of a series' commits, in their order, on the scale on which changes are looked for. $1 series.
select ordinal, commit_id, percentile_cont(0.5) within group (order by scaled) as value
from change_point where series_id = $1::bigint group by ordinal, commit_id order by ordinal limit 100000
