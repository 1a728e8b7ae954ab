-- Where a tree's branches and tags pointed after the last fetch: all that they reach is here. $1 tree.
select distinct c.sha from tree_ref r join commit c on c.id = r.commit_id where r.tree_id = $1::bigint order by c.sha limit 1000000
