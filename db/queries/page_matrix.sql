-- The matrix of one commit, or of the newest so many up to it: any factor of the profiles by any other. Each cell has what came of the
-- attempts there, what they tried, and the rate of crashes and hangs (k and exposure), so that "not seen" and "not tried" differ.
-- $1 name of the tree; $2 commit: the beginning of its hash, a ref, or HEAD (null: of the newest 2,000 the last that was tried); $3 factor of the rows, $4 of
-- the columns (null: fs-workload, arch); $5 how many commits: 1, 10 or 50 (null: 1). No row: no such tree.
with t as (
	select * from tree where name = $1::text
), top as (
	select tc.ordinal from t join tree_commit tc on tc.tree_id = t.id where tc.ordinal is not null order by tc.ordinal desc limit 1
), newest as materialized (
	select tc.ordinal from t cross join lateral (select * from tree_commit where tree_id = t.id and ordinal is not null order by ordinal desc limit 2000) tc
	where exists (select from revision r join tally y on y.revision_id = r.id where r.tree_id = t.id and r.commit_id = tc.commit_id and r.is_plain) order by tc.ordinal desc limit 1
), at as materialized (
	select coalesce(
		case when $2::text is null then coalesce((select ordinal from newest), (select ordinal from top)) when $2::text = 'HEAD' then (select ordinal from top) end,
		(select tc.ordinal from t join tree_ref f on f.tree_id = t.id and f.name = $2::text join tree_commit tc on tc.tree_id = t.id and tc.commit_id = f.commit_id),
		(select tc.ordinal from t join commit c on $2::text ~ '^[0-9a-f]{4,64}$' and c.sha >= $2::text and c.sha < $2::text || 'g' join tree_commit tc on tc.tree_id = t.id and tc.commit_id = c.id
			where tc.ordinal is not null order by c.sha limit 1)) as ordinal,
		case $5::text when '10' then 10 when '50' then 50 else 1 end as last,
		case when profile_factor(any_profile, $3::text) is null then 'fs-workload' else $3::text end as rows, case when profile_factor(any_profile, $4::text) is null then 'arch' else $4::text end as columns
	from (select) one left join lateral (select p as any_profile from profile p limit 1) a on true
), line as materialized (
	select tc.ordinal, c.id, c.sha, c.subject from t cross join at join tree_commit tc on tc.tree_id = t.id and tc.ordinal > at.ordinal - at.last and tc.ordinal <= at.ordinal join commit c on c.id = tc.commit_id
), tested as materialized ( -- by index, commit by commit
	select r.id as revision_id from line l cross join t cross join lateral (select id from revision where commit_id = l.id and tree_id = t.id and is_plain offset 0) r
), tried as materialized (
	select *, page_rank(state, result) as rank, page_status(state, result) as status from (
		select x.profile_id, x.state, x.result, count(x.attempt_id) as attempts, count(x.exposure) as known, sum(x.exposure) as exposure
		from tested v cross join lateral (
			select j.profile_id, a.id as attempt_id, coalesce(a.state, j.state) as state, a.result, a.exposure
			from job j left join attempt a on a.job_id = j.id where j.revision_id = v.revision_id and j.state <> 'cancelled' offset 0) x
		group by x.profile_id, x.state, x.result) alike
), hit as materialized (
	select y.profile_id, min(y.bug_id) as bug_id from tested v cross join lateral (select profile_id, bug_id from bug_tally where revision_id = v.revision_id and (select type from bug b where b.id = bug_id) <> 'BUILD_WARNING' offset 0) y group by y.profile_id
), used as materialized (
	select p.*, profile_factor(p, at.rows) as row, profile_factor(p, at.columns) as col, counter_meaning(null, p.page_size) as meaning
	from at cross join profile p where p.id in (select profile_id from tried union select s.profile_id from series s join t on t.id = s.tree_id)
), cell as (
	select u.row, u.col, count(distinct u.id) as profiles, min(u.name) as profile, coalesce(sum(attempts) filter (where state not in ('running', 'leased')), 0)::bigint as attempts, max(rank) as rank,
		coalesce(sum(attempts) filter (where result = 'clean'), 0)::bigint as clean, coalesce(sum(attempts) filter (where result in ('crash', 'hang')), 0)::bigint as bad, coalesce(sum(known) filter (where result in ('crash', 'hang')), 0)::bigint as k, sum(exposure)::bigint as exposure,
		min(h.bug_id) as bug_id, (array_agg(status order by rank desc))[1] as status, string_agg(distinct status ->> 'word', ', ') as words
	from used u left join tried on tried.profile_id = u.id left join hit h on h.profile_id = u.id group by u.row, u.col
), col as (
	select col as name, row_number() over (order by col = 'x86_64' desc, col) as n from used group by col
), grid as (
	select w.row, json_agg(case when c.row is null then json_build_object('is_nothing', true, 'word', 'no profile') when c.rank is null then json_build_object('is_nothing', true, 'word', 'not tried')
		else json_build_object('has', true, 'class', case when c.bug_id is not null and c.rank < 8 then 'warn' else c.status ->> 'class' end,
			'mark', case when c.bug_id is not null then 'BUG' else c.status ->> 'mark' end, 'words', c.words,
			'clean', page_count(c.clean), 'attempts', case when c.attempts > 0 then page_count(c.attempts) end, 'k', c.k, 'exposure', c.exposure, 'tried', page_count(c.exposure),
			'href', case when c.bug_id is not null then '/bugs/' || c.bug_id
				when at.last = 1 then '/trees/' || $1::text || '/commits/' || (select sha from line where line.ordinal = at.ordinal) || case when c.profiles = 1 then '#' || c.profile else '' end
				when c.profiles = 1 then '/trees/' || $1::text || '/series/' || c.profile || '/fail_ratio' else '/trees/' || $1::text end) end order by col.n) as cells
	from at cross join (select distinct row from used) w cross join col left join cell c on c.row = w.row and c.col = col.name group by w.row
), factor as (
	select f.* from (values (1, 'fs-workload', 'file system and workload'), (2, 'fs', 'file system'), (3, 'workload', 'workload'), (4, 'arch', 'architecture'), (5, 'page', 'page size'), (6, 'config', 'configuration'), (7, 'mount', 'mount options'),
		(8, 'memory', 'memory'), (9, 'cpus', 'cpus'), (10, 'numa', 'NUMA nodes')) f (n, name, word) cross join at
	where f.name in (at.rows, at.columns) or (select count(distinct profile_factor(p, f.name)) from profile p where p.id in (select id from used)) > 1
)
select json_build_object(
	'title', 'Matrix of ' || t.name, 'in_trees', true, 'tree', t.name, 'missing', case when at.ordinal is null and $2::text is not null then $2::text end,
	'commit', (select json_build_object('short', case when t.kind = 'git' then left(sha, 12) else subject end, 'subject', case when t.kind = 'git' then subject end, 'href', '/trees/' || t.name || '/commits/' || sha) from line where ordinal = at.ordinal),
	'is_range', at.last > 1, 'last', at.last, 'ahead', case when $2::text is null and top.ordinal > at.ordinal then page_counted(top.ordinal - at.ordinal, 'newer commit', 'newer commits') end,
	'lasts', (select json_agg(json_build_object('word', word, 'is_here', n = at.last, 'href', a.base || 'last=' || n || a.axes) order by n) from (values (1, 'this commit'), (10, 'the last 10'), (50, 'the last 50')) l (n, word)),
	'rows_by', (select json_agg(json_build_object('word', word, 'is_here', name = at.rows, 'href', a.base || 'last=' || at.last || '&rows=' || name || '&columns=' || at.columns) order by n) from factor where name <> at.columns),
	'columns_by', (select json_agg(json_build_object('word', word, 'is_here', name = at.columns, 'href', a.base || 'last=' || at.last || '&rows=' || at.rows || '&columns=' || name) order by n) from factor where name <> at.rows),
	'not_alike', (select counter_warning(array_agg(distinct u.meaning)) from used u join cell c on c.row = u.row and c.col = u.col and c.exposure > 0),
	'columns', (select json_agg(json_build_object('name', name) order by n) from col), 'grid', (select json_agg(json_build_object('name', row, 'cells', cells) order by row) from grid),
	'older', (select '/trees/' || t.name || '/matrix?commit=' || c.sha || '&last=' || at.last || a.axes from tree_commit tc join commit c on c.id = tc.commit_id where tc.tree_id = t.id and tc.ordinal = at.ordinal - at.last),
	'newer', (select '/trees/' || t.name || '/matrix?commit=' || c.sha || '&last=' || at.last || a.axes from tree_commit tc join commit c on c.id = tc.commit_id where tc.tree_id = t.id and tc.ordinal = at.ordinal + at.last)) as page
from t cross join at left join top on true
	cross join lateral (select '/trees/' || t.name || '/matrix?' || coalesce('commit=' || (select sha from line where ordinal = at.ordinal) || '&', '') as base, '&rows=' || at.rows || '&columns=' || at.columns as axes) a;
