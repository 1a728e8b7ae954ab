-- What was proposed of a tree's bugs and is not any more. $1 tree, $2 the bugs that were held against each other, $3 and $4 the pairs that are
-- proposed now.
with withdrawn as (
	update cause c set state = 'withdrawn'
	where c.tree_id = $1::bigint and c.state = 'proposed' and c.first_id = any ($2::bigint[]) and c.second_id = any ($2::bigint[])
		and not exists (select from unnest($3::bigint[], $4::bigint[]) p (a, b) where p.a = c.first_id and p.b = c.second_id)
	returning first_id, second_id
)
insert into event (kind, subject_id) select 'bug', b.id from withdrawn w cross join lateral (values (w.first_id), (w.second_id)) b (id)
