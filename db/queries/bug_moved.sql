-- Reports were moved from or to these bugs: what rules mark follows. $1 bugs.
select rule_requeue(b.id) from unnest($1::bigint[]) b (id)
