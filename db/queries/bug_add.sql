-- Makes a bug; one that a reader has found is to be told of, what builds and boots
-- break with once it stands on a tree's line (gone_builds): many a posted patch does not build. $1 title, $2 type, $3 family, $4 state. Always one row.
with made as (
	insert into bug (title, type, family, state) values ($1::text, $2::text, $3::text, $4::text) returning id, state
), queued as (
	insert into alert_item (bug_id, kind) select id, 'bug_new' from made where state = 'new' and bug_what($2::text) = 'crash'
)
select id from made limit 1
