-- Within a transaction: a series with other points than when it was last looked at, nobody else's until the end, and the places on the line where
-- they are others: null, all of them. No row: none.
with next as (
	select series_id from change_item order by queued_at, series_id limit 1 for update skip locked
), gone as (
	delete from change_item i using next where i.series_id = next.series_id
	returning i.series_id, i.low, i.high
)
select g.series_id, s.tree_id, s.profile_id, g.low, g.high from gone g join series s on s.id = g.series_id limit 1
