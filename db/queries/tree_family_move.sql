-- Gives the reports that a bug has from one tree to a bug of another family, and that one its titles. $1 the bug that gives, $2 the one that
-- gets, $3 tree.
with moved as (
	update occurrence o set bug_id = $2::bigint
	from attempt a, job j, revision r
	where o.bug_id = $1::bigint and a.id = o.attempt_id and j.id = a.job_id and r.id = j.revision_id and r.tree_id = $3::bigint
	returning o.attempt_id, o.title
), pins as (
	update bug_pin p set bug_id = $2::bigint where p.bug_id = $1::bigint and p.attempt_id in (select attempt_id from moved)
)
insert into bug_title (title, bug_id, family, source)
select distinct on (said.title) said.title, b.id, b.family, said.source
from bug b, (select title, source from bug_title where bug_id = $1::bigint union all select title, 'reader' from moved) said
where b.id = $2::bigint
order by said.title, said.source
on conflict do nothing
