-- Asks the watcher to fetch a tree now.
-- $1 name. No row: there is no such git tree.
with asked as (
	update tree set refresh_wanted_at = now() where name = $1::text and kind = 'git' returning id
),
told as (
	select pg_notify('work', 'watch') as word from asked
)
select asked.id, told.word::text as word from asked, told limit 1;
