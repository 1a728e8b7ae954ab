-- What fits some words: commits by the beginning of their hash or words of their subject, bugs by words of a title or a function in
-- a call trace, runs by words, the rest by a piece of its name; attempts and the like by number. Of each kind the newest 20.
-- Conditions on $1 itself, not on a CTE's column, since only these reach the indexes. $1 what was typed; null or blank: only the form. Always one row.
with asked as materialized (
	select nullif(btrim(left($1::text, 200)), '') as q, nullif(lower(btrim(left($1::text, 200))), '') as low,
		case when btrim(left($1::text, 200)) ~ '^#?[0-9]{1,18}$' then ltrim(btrim(left($1::text, 200)), '#')::bigint end as number
), longest as materialized ( -- a word that a subject must have somewhere: cutting each into its words takes 8 ms, looking for this one 0.5
	select coalesce((select word from unnest(tsvector_to_array(search_words(left($1::text, 200)))) word where word ~ '^[a-z0-9]+$' order by length(word) desc, word limit 1), '') as word
), recent as materialized (
	select * from (select * from (select * from commit order by id desc limit 1000) newest where position((select word from longest) in lower(subject collate "C")) > 0 offset 0) c
	where search_words(subject) @@ search_query(left($1::text, 200)) order by id desc limit 20
), hit_commit as materialized (
	select id, sha, subject, author from (
		(select c.* from commit c where lower(btrim($1::text)) ~ '^[0-9a-f]{4,64}$' and c.sha >= lower(btrim($1::text)) and c.sha < lower(btrim($1::text)) || 'g' order by c.sha limit 20)
		union
		select * from recent
		union -- by the index of words; + 0, lest they are looked for along the key, which takes seconds for a word that is rare
		(select c.* from commit c where (select count(*) from recent) < 20 and search_words(c.subject) @@ search_query(left($1::text, 200)) order by c.id + 0 desc limit 20)) c
	order by id desc limit 20
), of_function as materialized (
	select t.bug_id, min(f.function) as function from report_function f join bug_title t on t.title = f.title
	where btrim($1::text) ~ '^[A-Za-z_][A-Za-z0-9_.]{2,99}$' and f.function >= btrim($1::text) and f.function < btrim($1::text) || '~' group by t.bug_id
), hit_bug as materialized (
	select b.*, f.function, (select max(y.last_at) from bug_tally y where y.bug_id = b.id) as last_at
	from (select bug_id from of_function union select bug_id from bug_title where search_words(title) @@ search_query(left($1::text, 200))) found
		join bug b on b.id = found.bug_id left join of_function f on f.bug_id = b.id
	order by b.state in ('new', 'open', 'reopened') desc, last_at desc nulls last, b.id desc limit 20
), hit_run as materialized (
	select * from run where search_words(title) @@ search_query(left($1::text, 200)) order by id + 0 desc limit 20
), hit_machine as materialized (
	select m.* from asked join machine m on position(asked.low in lower(concat_ws(' ', m.name, m.arch, m.cpu_model))) > 0 order by m.name limit 20
), hit_profile as materialized (
	select t.name as tree, p.name, p.arch, p.fs, p.workload from asked join profile p on position(asked.low in lower(p.name)) > 0 join tree t on exists (select from series s where s.tree_id = t.id and s.profile_id = p.id)
	order by t.id, p.name limit 20
), hit_tree as materialized (
	select t.* from asked join tree t on position(asked.low in lower(concat_ws(' ', t.name, t.branch, url_shown(t.url)))) > 0 order by t.name limit 20
), numbered as materialized (
	select 'attempt ' || a.id as word, '/attempts/' || a.id as href from asked join attempt a on a.id = asked.number
	union all select 'bug ' || b.id || ': ' || b.title, '/bugs/' || b.id from asked join bug b on b.id = asked.number
	union all select 'run ' || r.id || ': ' || r.title, '/runs/' || r.id from asked join run r on r.id = asked.number
	union all select 'change ' || c.id, '/changes/' || c.id from asked join change c on c.id = asked.number
	union all select 'alert ' || a.id || ': ' || a.title, '/alerts/' || a.id from asked join alert a on a.id = asked.number
), shown as materialized (
	select
		(select json_agg(json_build_object('word', word, 'href', href) order by word) from numbered) as numbers,
		(select json_agg(json_build_object('href', '/bugs/' || id, 'title', title, 'state', state, 'function', function, 'is_settled', state not in ('new', 'open', 'reopened'), 'seen', page_time(last_at))
			order by state in ('new', 'open', 'reopened') desc, last_at desc nulls last, id desc) from hit_bug) as bugs,
		(select json_agg(json_build_object('href', '/trees/' || t.name || '/commits/' || c.sha, 'sha', c.sha, 'short', left(c.sha, 12), 'subject', c.subject, 'author', regexp_replace(c.author, ' <.*$', ''), 'tree', t.name) order by c.id desc)
			from hit_commit c cross join lateral (select t.name from tree_commit tc join tree t on t.id = tc.tree_id where tc.commit_id = c.id order by tc.ordinal is null, t.id limit 1) t) as commits,
		(select json_agg(json_build_object('href', '/machines/' || name, 'name', name, 'arch', arch, 'state', state, 'cpu', cpu_model) order by name) from hit_machine) as machines,
		(select json_agg(json_build_object('href', '/trees/' || name, 'name', name, 'branch', branch) order by name) from hit_tree) as trees,
		(select json_agg(json_build_object('href', '/trees/' || tree || '/series/' || name || '/fail_ratio', 'name', name, 'tree', tree) order by tree, name) from hit_profile) as profiles,
		(select json_agg(json_build_object('href', '/runs/' || r.id, 'id', r.id, 'title', r.title, 'tree', t.name, 'created', page_time(r.created_at)) order by r.id desc) from hit_run r join tree t on t.id = r.tree_id) as runs
)
select json_build_object(
	'title', coalesce('Search: ' || asked.q, 'Search'), 'in_search', true, 'q', asked.q, 'is_asked', asked.q is not null,
	'is_found', coalesce(s.numbers, s.bugs, s.commits, s.machines, s.trees, s.profiles, s.runs) is not null,
	'numbers', s.numbers, 'bugs', s.bugs, 'commits', s.commits, 'machines', s.machines, 'trees', s.trees, 'profiles', s.profiles, 'runs', s.runs,
	'has_bugs', s.bugs is not null, 'has_commits', s.commits is not null, 'has_machines', s.machines is not null, 'has_trees', s.trees is not null, 'has_profiles', s.profiles is not null, 'has_runs', s.runs is not null,
	'is_cut', greatest(json_array_length(s.bugs), json_array_length(s.commits), json_array_length(s.machines), json_array_length(s.profiles), json_array_length(s.runs)) = 20) as page
from asked, shown s;
