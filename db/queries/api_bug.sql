-- One bug for the API, with its newest reports.
-- $1 id, as text; $2 how many of them, as text (null: 50; at most 1000). No row: there is no such bug.
select jsonb_build_object('bug', l.life || jsonb_build_object('known', coalesce(rule_marks(l.bug_id), '[]'), 'causes', cause_words(l.bug_id),
	'occurrences', (
		select coalesce(jsonb_agg(listed.occurrence order by listed.id desc), '[]')
		from (
			select a.id, jsonb_build_object('attempt', a.id, 'tree', tree.name, 'commit', c.sha, 'profile', p.name, 'machine', m.name,
				'title', o.title, 'stream', case when occurrence_stream(o.start_byte) = 'build' then 'build' else 'console' end, 'start', occurrence_byte(o.start_byte), 'end', occurrence_byte(o.end_byte), 'uptime_s', o.uptime_s, 'exposure', o.exposure,
				'is_corrupted', o.is_corrupted, 'at', to_char(o.claimed_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'source_file', o.source_file, 'source_line', o.source_line,
				'report', o.report || jsonb_build_object('frames', symbol_frames(o.attempt_id, o.report))) as occurrence
			from (
				select * from occurrence where bug_id = l.bug_id
				order by attempt_id desc, start_byte
				limit least(1000, case when $2::text ~ '^[0-9]{1,4}$' then $2::text::integer else 50 end)
			) o
			join attempt a on a.id = o.attempt_id
			join job j on j.id = a.job_id
			join revision r on r.id = j.revision_id
			join commit c on c.id = r.commit_id
			join tree on tree.id = r.tree_id
			join profile p on p.id = j.profile_id
			join machine m on m.id = a.machine_id
		) listed)))::text as body
from bug_life l
where l.bug_id = case when $1::text ~ '^[0-9]{1,18}$' then $1::bigint end
limit 1;
