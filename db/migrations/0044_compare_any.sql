-- Any two things that were tried, side by side: what an address names, and which attempts belong to it.

create function url_text(value text) returns text
language sql immutable parallel safe as $$
	select string_agg(case when c ~ '[A-Za-z0-9._~:/-]' then c else regexp_replace(upper(encode(convert_to(c, 'UTF8'), 'hex')), '(..)', '%\1', 'g') end, '' order by n)
	from regexp_split_to_table($1, '') with ordinality u (c, n)
$$;
comment on function url_text(text) is 'A value as it stands behind = in an address.';

create function revision_label(revision_id bigint) returns text
language plpgsql stable as $$ begin -- so that its plan is kept
	return (select case when t.kind = 'git' then left(c.sha, 12) || ' ' || c.subject else c.subject end
		|| coalesce((select string_agg(' − ' || left(sha, 12), '' order by position) from revision_revert v where v.revision_id = r.id), '')
		|| coalesce((select string_agg(' + ' || subject, '' order by position) from revision_patch v where v.revision_id = r.id), '')
	from revision r join tree t on t.id = r.tree_id join commit c on c.id = r.commit_id where r.id = $1);
end $$;
comment on function revision_label(bigint) is 'A revision in words: commit, reverts, patches.';

create function compare_side(spec text) returns table (run_id bigint, revision_id bigint, commit_id bigint, tree_id bigint, tree text, label text, href text)
language sql stable as $$
	select r.id, null::bigint, null::bigint, r.tree_id, t.name, 'run ' || r.id || ': ' || r.title, '/runs/' || r.id
	from run r join tree t on t.id = r.tree_id
	where r.id = case when spec ~ '^run:[0-9]{1,18}$' then substr(spec, 5)::bigint end
	union all
	select null, v.id, v.commit_id, v.tree_id, t.name, revision_label(v.id), '/trees/' || t.name || '/commits/' || c.sha
	from revision v join tree t on t.id = v.tree_id join commit c on c.id = v.commit_id
	where v.id = case when spec ~ '^revision:[0-9]{1,18}$' then substr(spec, 10)::bigint end
	union all
	(select null, v.id, f.id, f.tree_id, f.tree, case when f.kind = 'git' then left(f.sha, 12) || ' ' || f.subject else f.subject end, '/trees/' || f.tree || '/commits/' || f.sha
	from (
		select t.id as tree_id, t.name as tree, t.kind, c.*, count(*) over () as alike
		from tree t join tree_commit tc on tc.tree_id = t.id join commit c on c.id = tc.commit_id
		where t.name = split_part(spec, '/', 1) and substr(spec, strpos(spec, '/') + 1) ~ '^[0-9a-f]{7,64}$'
			and c.sha >= substr(spec, strpos(spec, '/') + 1) and c.sha < substr(spec, strpos(spec, '/') + 1) || 'g'
		union all
		select t.id, t.name, t.kind, c.*, 1
		from tree t join tree_ref e on e.tree_id = t.id and e.name = substr(spec, strpos(spec, '/') + 1) join commit c on c.id = e.commit_id
		where t.name = split_part(spec, '/', 1) and strpos(spec, '/') > 1
	) f left join revision v on v.commit_id = f.id and v.tree_id = f.tree_id and v.is_plain
	where f.alike = 1 order by v.id desc nulls last limit 1)
$$;
comment on function compare_side(text) is 'What "run:12", "revision:34", "TREE/SHA" or "TREE/REF" names (a commit: its plain revision, null when none was ordered). No row: nothing, or more than one commit begins so.';

create function compare_tried(run_id bigint, revision_id bigint) returns table (attempt_id bigint, claimed_at timestamptz, profile_id bigint, revision_id bigint, tree_id bigint, commit_id bigint, result text,
	exposure bigint, seconds double precision, kernel_release text, page_size integer, accel text)
language sql stable as $$
	select a.id, a.claimed_at, j.profile_id, v.id, v.tree_id, v.commit_id, a.result, a.exposure, a.workload_seconds,
		a.kernel_release, coalesce(a.page_size, p.page_size), coalesce(a.accel, 'tcg')
	from (select id, job.profile_id, job.revision_id from job where job.run_id = $1
		union all select id, job.profile_id, job.revision_id from job where job.revision_id = $2) j
		cross join lateral (select * from attempt where attempt.job_id = j.id and attempt.state = 'done' offset 0) a -- never a scan of all
		join revision v on v.id = j.revision_id join profile p on p.id = j.profile_id
$$;
comment on function compare_tried(bigint, bigint) is 'The attempts of a run, or of a revision in whatever run, that ended with a kernel''s result.';

create function compare_category(before_attempts bigint, before_clean bigint, after_attempts bigint, after_clean bigint) returns text
language sql immutable parallel safe as $$
	select case
		when after_attempts is null then 'not_tried'
		when before_attempts is null then case when after_clean < after_attempts then 'new_failing' else 'new_passing' end
		when after_clean < after_attempts then case when before_clean < before_attempts then 'still_failing' else 'regressed' end
		when before_clean < before_attempts then 'fails_no_more'
		else 'still_passing' end
$$;
comment on function compare_category(bigint, bigint, bigint, bigint) is 'Of a profile''s two sides (null: not tried) which of the seven: regressed, new_failing, still_failing, fails_no_more, new_passing, still_passing, not_tried. Failing: any attempt was not clean.';
