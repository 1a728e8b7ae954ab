-- A running search of a bug whose range is laid out and of whose commits it is not known which touch paths near the crash, or only by functions
-- while the files of a report are known now; with the frames of a few reports, those whose files are known first. No parameters. No row: none.
select x.id, t.name as tree, coalesce((
	select json_agg(symbol_frames(o.attempt_id, o.report)) from (
		(select attempt_id, report from occurrence where bug_id = x.bug_id and source_file is not null order by attempt_id desc limit 4)
		union all
		(select attempt_id, report from occurrence where bug_id = x.bug_id order by attempt_id desc limit 4)) o), '[]')::text as reports
from bisection x join tree t on t.id = x.tree_id
where x.state = 'running' and exists (select from bisection_commit c where c.bisection_id = x.id)
	and (x.near_by is null or (x.near_by = 'functions' and exists (select from occurrence where bug_id = x.bug_id and source_file is not null)))
order by x.id limit 1
