-- What a run's patches or reverts change: beside what their base gave.
create function run_compare(run_id bigint) returns json
language sql stable as $$
	with changed as (
		select distinct j.profile_id, r.tree_id, r.commit_id
		from job j join revision r on r.id = j.revision_id
		where j.run_id = $1 and not r.is_plain
	), tried as (
		select j.profile_id, 'with' as side, a.result, a.exposure
		from job j join revision r on r.id = j.revision_id and not r.is_plain join attempt a on a.job_id = j.id
		where j.run_id = $1
		union all
		select c.profile_id, 'base', a.result, a.exposure
		from changed c join revision r on r.tree_id = c.tree_id and r.commit_id = c.commit_id and r.is_plain
			join job j on j.revision_id = r.id and j.profile_id = c.profile_id join attempt a on a.job_id = j.id
	), side as (
		select profile_id, side, json_build_object('attempts', count(*), 'clean', count(*) filter (where result = 'clean'),
			'bad', count(*) filter (where result in ('crash', 'hang')), 'exposure', sum(exposure)) as counts
		from tried where result <> 'fault' group by profile_id, side
	)
	select json_agg(json_build_object('profile', p.name,
		'base', (select counts from side where side.profile_id = p.id and side.side = 'base'),
		'with', (select counts from side where side.profile_id = p.id and side.side = 'with')) order by p.name)
	from profile p where p.id in (select profile_id from changed)
$$;
comment on function run_compare(bigint) is 'By profile, what attempts of a run''s patched or reverted revisions gave, and those of their bases in whatever run: attempts with a result of the kernel''s, clean ones, crashed or hung ones, migrations tried. Null: it changes nothing; a side that has none is null.';

create function page_side(side json) returns json
language sql stable as $$
	select json_build_object('attempts', page_count((side ->> 'attempts')::bigint), 'clean', nullif((side ->> 'clean')::bigint, 0), 'bad', nullif((side ->> 'bad')::bigint, 0),
		'other', nullif((side ->> 'attempts')::bigint - (side ->> 'clean')::bigint - (side ->> 'bad')::bigint, 0), 'exposure', page_count((side ->> 'exposure')::bigint))
	where side is not null and json_typeof(side) = 'object'
$$;
comment on function page_side(json) is 'One side of run_compare for a page; null: it has none.';
