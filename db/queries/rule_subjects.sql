-- Reports for rules to be tried on, the newest first: those behind one that has been seen. $1 its attempt, $2 where it begins, $3 none of
-- attempts before this one, $4 with their texts. No row: that was all.
select o.attempt_id, o.start_byte, o.bug_id, o.title, p.arch, p.fs, r.tree_id, t.name as tree, b.title as bug_title,
	to_char(o.claimed_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as claimed_at, case when $4::boolean then o.report ->> 'text' end as text,
	(select string_agg(alt, e'\n') from jsonb_array_elements_text(case when jsonb_typeof(o.report -> 'alt') = 'array' then o.report -> 'alt' else '[]' end) a (alt)) as alts
from occurrence o
join attempt a on a.id = o.attempt_id
join job j on j.id = a.job_id
join profile p on p.id = j.profile_id
join revision r on r.id = j.revision_id
join tree t on t.id = r.tree_id
join bug b on b.id = o.bug_id
where o.attempt_id <= $1::bigint and (o.attempt_id, o.start_byte) < ($1, $2::bigint) and o.attempt_id >= $3::bigint
order by o.attempt_id desc, o.claimed_at desc, o.start_byte desc
limit 100
