-- The life of bugs: families, persons' splits, joins, duplicates, and reports from revisions that have the fix.
\ir attempts.fixture
insert into token (kind, name, hash) values ('trigger', 'jane', sha256('jane')) returning id as jane \gset

-- Which bug the reports of one title are filed under, as "title@bug ...".
create function pg_temp.filed() returns text language sql as $$
	select string_agg(title || '@' || bug_id, ' ' order by title, attempt_id, start_byte) from occurrence
$$;

-- Families
insert into tree (name, kind, url, branch, family) values ('vendor', 'git', 'file:///v', 'main', 'vendor');
execute bug_add('T', 'BUG', 'linux', 'new') \gset one_
execute bug_title_add(:one_id, '{T,x}');
execute bug_add('T', 'BUG', 'vendor', 'new') \gset other_
execute bug_title_add(:other_id, '{T,x}');
select pg_temp.expect('a title leads to one bug in each family', string_agg(family || ' ' || title, ', ' order by family, title), 'linux T, linux x, vendor T, vendor x') from bug_title;
execute bug_find('T', '{}', :a1, 0, 10) \gset
select pg_temp.expect('the attempt''s tree says which', :bug_id::bigint, :one_id::bigint);

-- Joining, and taking it back
execute bug_add('U', 'BUG', 'linux', 'new') \gset two_
execute bug_title_add(:two_id, '{U,y}');
execute occurrence_put(:a1, :'claimed', 0, 10, :one_id, 'T', 1, false, null, '{"alt":["x"]}');
execute occurrence_put(:a1, :'claimed', 20, 30, :two_id, 'U', 1, false, null, '{"alt":["y"]}');
execute bug_join(:one_id, :two_id, 'person') \gset
select pg_temp.expect('what was joined', :'titles'::text, 'U; y');
execute bug_mark(:two_id, 'duplicate', :one_id, :jane, 'joined', :one_id, 'U; y', 'same crash');
select pg_temp.expect('reports go along', replace(pg_temp.filed(), '@' || :one_id, '@one'), 'T@one U@one');
execute bug_find('U', '{}', :a2, 0, 10) \gset
select pg_temp.expect('new ones too', :bug_id::bigint, :one_id::bigint);
select pg_temp.expect('its life has it', action || ' ' || from_state || ' ' || to_state || ' ' || note || ' ' || t.name, 'joined new duplicate same crash jane')
	from bug_history h join token t on t.id = h.token_id where bug_id = :two_id;
execute bug_return(:two_id) \gset
select pg_temp.expect('one report comes back', :reports::bigint, 1::bigint);
execute bug_mark(:two_id, 'open', null, :jane, 'open', :one_id, '', '');
select pg_temp.expect('so do titles', string_agg(title, ' ' order by title), 'U y') from bug_title where bug_id = :two_id;
select pg_temp.expect('and reports', replace(replace(pg_temp.filed(), '@' || :one_id, '@one'), '@' || :two_id, '@two'), 'T@one U@two');
select pg_temp.expect('its version went up', version, 3) from bug where id = :two_id;

-- Duplicates
execute bug_mark(:two_id, 'duplicate', :one_id, :jane, 'duplicate', :one_id, '', '');
execute bug_canonical(:two_id) \gset
select pg_temp.expect('where it counts', :id::bigint, :one_id::bigint);
execute bug_find('U', '{}', :a2, 0, 10) \gset
select pg_temp.expect('its titles stay its own, and lead on', (:bug_id = :two_id and :'is_led_on' = 't')::text, 'true');
execute bug_follow(:two_id, :a2, null) \gset
select pg_temp.expect('a new report counts for the other', :bug_id::bigint, :one_id::bigint);
execute bug_follow(:two_id, :a1, :two_id) \gset
select pg_temp.expect('one that is kept stays where it is', :bug_id::bigint, :two_id::bigint);
execute occurrence_put(:a2, :'claimed', 0, 10, :one_id, 'U', 1, false, null, '{}');
execute bug_return(:two_id) \gset
execute bug_mark(:two_id, 'open', null, :jane, 'open', :one_id, '', '');
select pg_temp.expect('no duplicate any more: what came meanwhile comes back', replace(replace(pg_temp.filed(), '@' || :one_id, '@one'), '@' || :two_id, '@two'), 'T@one U@two U@two');

-- Splitting by title
execute occurrence_put(:a2, :'claimed', 40, 50, :one_id, 'x', 1, false, null, '{}');
create temp table parts as execute bug_split_titles(:one_id, '{T}');
select pg_temp.expect('what there is to split', concat_ws(' ', own, "all", gone, home), '1 2') from parts;
execute bug_add('T', 'BUG', 'linux', 'open') \gset off_
execute bug_split_by_title(:one_id, :off_id, '{T}');
execute bug_mark(:one_id, null, null, :jane, 'split', :off_id, 'T', '');
select pg_temp.expect('titles and reports part; the name is one that is left', b.title || ' ' || replace(replace(replace(pg_temp.filed(), '@' || :one_id, '@one'), '@' || :two_id, '@two'), '@' || :off_id, '@off'),
	'x T@off U@two U@two x@one') from bug b where id = :one_id;
execute bug_split_titles(:one_id, '{T}') \gset
select pg_temp.expect('the same again is known', :own || ' ' || :gone, '0 ' || :off_id);
execute bug_find('T', '{x}', :a3, 0, 10) \gset
select pg_temp.expect('its own title comes before those that it shared', :bug_id::bigint, :off_id::bigint);
create temp table met as execute bug_met(:a1, :'claimed');
select pg_temp.expect('what a person has split, no reader joins', count(*), 0::bigint) from met;

-- Splitting by attempt
execute bug_split_attempts(:two_id, array[:a1]) \gset
select pg_temp.expect('attempts to split', :own || ' of ' || :all, '1 of 2');
execute bug_add('U', 'BUG', 'linux', 'open') \gset pin_
execute bug_split_by_attempt(:two_id, :pin_id, array[:a1]);
execute bug_mark(:two_id, null, null, :jane, 'split', :pin_id, 'attempts', '');
execute bug_find('U', '{y}', :a1, 18, 33) \gset
select pg_temp.expect('a report that overlaps the pinned bytes stays there', :bug_id || :'is_pinned', :pin_id || 't');
execute bug_find('V', '{}', :a1, 20, 21) \gset
select pg_temp.expect('whatever it is called', :bug_id::bigint, :pin_id::bigint);
execute bug_find('U', '{y}', :a1, 30, 40) \gset
select pg_temp.expect('one beside them does not', :bug_id::bigint, :two_id::bigint);
execute bug_split_attempts(:two_id, array[:a1]) \gset
select pg_temp.expect('the same again is known', :own || ' ' || :gone, '0 ' || :pin_id);

-- One report that shows two bugs to be one
execute bug_add('P', 'BUG', 'linux', 'new') \gset p_
execute bug_title_add(:p_id, '{P}');
execute bug_add('Q', 'BUG', 'linux', 'new') \gset q_
execute bug_title_add(:q_id, '{Q}');
execute occurrence_put(:a3, :'claimed', 0, 10, :q_id, 'Q', 1, true, null, '{"alt":["P"]}');
create temp table met2 as execute bug_met(:a3, :'claimed');
select pg_temp.expect('a corrupted report joins nothing', count(*), 0::bigint) from met2;
execute occurrence_put(:a3, :'claimed', 0, 10, :q_id, 'Q', 1, false, null, '{"alt":["P"]}');
execute bug_met(:a3, :'claimed') \gset
select pg_temp.expect('they meet, the older first', :bug_id || ' ' || :other_id, :p_id || ' ' || :q_id);
update bug set state = 'invalid' where id = :p_id;
create temp table met3 as execute bug_met(:a3, :'claimed');
select pg_temp.expect('a settled one is left alone', count(*), 0::bigint) from met3;
