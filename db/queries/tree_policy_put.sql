-- Sets what is tested of a tree by itself. $1 tree's name; $2 is_on, commits, every, per_day, back, profiles (names), repeats, priority,
-- machine_hours, migrations, interval_s, bisect_minutes as a JSON object; $3 token's id or null. No row: there is no such git tree. `unknown`: names of profiles that are
-- not there, joined; then nothing is changed.
with given as (
	select * from json_to_record($2::json) as g (is_on boolean, commits text, every integer, per_day integer, back integer, profiles text[], repeats integer,
		priority integer, machine_hours integer, migrations bigint, interval_s integer, bisect_minutes integer)
), t as (
	select id from tree where name = $1::text and kind = 'git'
), named as (
	select array_agg(p.id order by n.position) as ids, string_agg(n.name, ', ' order by n.position) filter (where p.id is null) as unknown
	from given cross join unnest(given.profiles) with ordinality n (name, position) left join profile p on p.name = n.name
), put as (
	insert into tree_policy (tree_id, is_on, commits, every, per_day, back, profiles, repeats, priority, machine_hours, migrations, bisect_minutes, token_id)
	select t.id, g.is_on, g.commits, g.every, g.per_day, g.back, named.ids, g.repeats, g.priority, g.machine_hours, g.migrations, g.bisect_minutes, $3::bigint
	from t cross join given g cross join named where named.unknown is null
	on conflict (tree_id) do update set is_on = excluded.is_on, commits = excluded.commits, every = excluded.every, per_day = excluded.per_day,
		back = excluded.back, profiles = excluded.profiles, repeats = excluded.repeats, priority = excluded.priority,
		machine_hours = excluded.machine_hours, migrations = excluded.migrations, bisect_minutes = excluded.bisect_minutes, token_id = excluded.token_id, changed_at = now()
	returning tree_id
), timed as (
	update tree set interval_s = given.interval_s from put, given where tree.id = put.tree_id
)
select t.id, named.unknown, event_add('tree', t.id, null)::text as told from t cross join named limit 1
