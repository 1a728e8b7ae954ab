-- Within a transaction: a tree of which something was counted in between, nobody else's until the end; after a few seconds, so that
-- many attempts are one look. No row: none.
with next as (
	select tree_id from gone_item where queued_at < now() - interval '3 seconds' order by queued_at, tree_id limit 1 for update skip locked
), gone as (
	delete from gone_item i using next where i.tree_id = next.tree_id
), causes as ( -- its bugs are held against each other, too, but more seldom
	insert into cause_item (tree_id) select tree_id from next on conflict do nothing
)
select tree_id from next limit 1
