-- Commits of a tree, and its first-parent line before and after history was rewritten; trees that are due.
\ir attempts.fixture

select id as tree from tree \gset
\set s1 1111111111111111111111111111111111111111
\set s2 2222222222222222222222222222222222222222
\set s3 3333333333333333333333333333333333333333
\set s4 4444444444444444444444444444444444444444
execute commit_put(array[:'s1', :'s2', :'s3'], '{one,two,merge}', '{A,A,A}', '{0,1500000000,253402300799}', '{0,1,2}');
execute commit_put(array[:'s3', :'s4'], '{other words,four}', '{B,B}', '{7,8}', '{7,8}');
select pg_temp.expect('a commit that is there stays as it is', string_agg(subject, ' ' order by sha), 'one two merge four') from commit where sha <> repeat('a', 40);
execute commit_parent_put(array[:'s2', :'s3', :'s3', :'s4'], '{0,0,1,0}', array[:'s1', :'s2', :'s1', repeat('9', 40)]);
execute commit_parent_put(array[:'s2'], '{0}', array[:'s1']);
select pg_temp.expect('parents in their order; one that git has not is left out', string_agg(c.subject || p.position || '<' || pc.subject, ' ' order by c.sha, p.position), 'two0<one merge0<two merge1<one')
	from commit_parent p join commit c on c.id = p.commit_id join commit pc on pc.id = p.parent_id;
execute commit_tree_put(:tree, array[:'s1', :'s2', :'s3', :'s4']);
execute commit_tree_put(:tree, array[:'s1']);
create temp table lineless as execute commit_line_last(:tree);
select pg_temp.expect('there is no line yet', count(*), 0::bigint) from lineless;
execute commit_line_put(:tree, 0, array[:'s1', :'s2']);
execute commit_line_put(:tree, 2, array[:'s3']);
execute commit_line_last(:tree) \gset
select pg_temp.expect('the line grows', :'ordinal' || ' ' || left(:'sha', 1), '2 3');
execute commit_line_clear(:tree);
execute commit_line_put(:tree, 0, array[:'s1', :'s4']);
select pg_temp.expect('history was rewritten: what is off the line has no place, and stays', string_agg(c.subject || coalesce(t.ordinal::text, '-'), ' ' order by c.sha), 'one0 two- merge- four1')
	from tree_commit t join commit c on c.id = t.commit_id;

execute commit_ref_put(:tree, '{main,v1}', array[:'s3', :'s1']);
execute commit_ref_drop(:tree, '{main,v2}');
execute commit_ref_put(:tree, '{main,v2}', array[:'s4', :'s2']);
select pg_temp.expect('refs are moved, made and dropped', string_agg(r.name || c.subject, ' ' order by r.name), 'mainfour v2two') from tree_ref r join commit c on c.id = r.commit_id;
create temp table known as execute commit_ref_list(:tree);
select pg_temp.expect('what was reached', string_agg(left(sha, 1), '' order by sha), '24') from known;

create function pg_temp.due(refresh_s bigint) returns bigint language plpgsql as $$
declare n bigint;
begin
	execute format('create temp table due as execute tree_watch_list(%s)', refresh_s);
	select count(*) into n from due;
	drop table due;
	return n;
end $$;
select pg_temp.expect('it was fetched just now', pg_temp.due(60), 0::bigint);
update tree set refresh_tried_at = now() - interval '2 minutes';
select pg_temp.expect('that was a while ago', pg_temp.due(60), 1::bigint);
select pg_temp.expect('only when asked for', pg_temp.due(0), 0::bigint);
update tree set refresh_wanted_at = now() - interval '1 minute';
select pg_temp.expect('it was asked for', pg_temp.due(0), 1::bigint);
execute tree_watch_lock(:tree) \gset
select pg_temp.expect('locked', :'is_locked'::text, 't'::text);
execute tree_watch_begin(:tree) \gset
execute tree_watch_fail(:tree, :'began_at', 'no such host');
execute tree_watch_fail(:tree, :'began_at', 'no such host');
select pg_temp.expect('it says why, and asks once', refresh_error || coalesce(refresh_wanted_at::text, '-') || coalesce(refreshed_at::text, '-'), 'no such host--') from tree;
select pg_temp.expect('the same error is told once', count(*), 1::bigint) from event where kind = 'tree';
update tree set refresh_tried_at = now() - interval '2 minutes';
select pg_temp.expect('an error is tried again soon', pg_temp.due(0), 1::bigint);
update tree set refresh_wanted_at = clock_timestamp() + interval '1 second';
execute tree_watch_done(:tree, :'began_at');
select pg_temp.expect('a wish that came meanwhile stays', (refresh_error is null and refreshed_at is not null and refresh_wanted_at is not null)::text, 'true') from tree;
execute tree_watch_unlock(:tree) \gset
select pg_temp.expect('unlocked', :'was_locked'::text, 't'::text);
