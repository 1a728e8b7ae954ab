-- Within a transaction: a series with other points than when it was last looked at, nobody else's until the end. No row: none.
with next as (
	select series_id from change_item order by queued_at, series_id limit 1 for update skip locked
), gone as (
	delete from change_item i using next where i.series_id = next.series_id
)
select n.series_id, s.tree_id, s.profile_id from next n join series s on s.id = n.series_id limit 1
