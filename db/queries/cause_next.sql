-- Within a transaction: a tree of which something was counted in between, nobody else's until the end; after a minute, so that many attempts are
-- one look. No parameters. No row: none.
with next as (
	select tree_id from cause_item where queued_at < now() - interval '60 seconds' order by queued_at, tree_id limit 1 for update skip locked
), gone as (
	delete from cause_item i using next where i.tree_id = next.tree_id
)
select tree_id from next limit 1
