-- What a verdict needs beside migrations tried: how long machines worked for them and what a count means there; and the sides that are
-- held against each other, as people name them.

create or replace view tally_now as
select j.revision_id, j.profile_id, count(*)::integer as attempts, count(a.exposure)::integer as known, sum(a.exposure)::bigint as exposure,
	coalesce(sum(round(a.workload_seconds * 1000)) filter (where a.exposure is not null), 0)::bigint as work_ms,
	max(counter_meaning(a.kernel_release, a.page_size)) as meaning
from job j join attempt a on a.job_id = j.id
where a.state = 'done'
group by j.revision_id, j.profile_id;

alter table tally
	add column work_ms bigint not null default 0 check (work_ms >= 0),
	add column meaning text;
comment on column tally.work_ms is 'How long the workloads of those whose exposure is known ran, milliseconds.';
comment on column tally.meaning is 'What their counters count (counter_meaning): rates are compared within one only; null: not known.';
update tally t set work_ms = n.work_ms, meaning = n.meaning from tally_now n where n.revision_id = t.revision_id and n.profile_id = t.profile_id;

-- PL/pgSQL, since a connection keeps the plans of that: an SQL function with a FROM is planned anew at each call.
create function commit_called(tree_id bigint, called text) returns bigint
language plpgsql stable parallel safe as $$
declare
	found_id bigint;
begin
	select f.commit_id into found_id from tree_ref f where f.tree_id = $1 and f.name = $2;
	if found_id is null and $2 ~ '^[0-9a-f]{7,64}$' then
		select min(c.id) into found_id from commit c join tree_commit tc on tc.commit_id = c.id and tc.tree_id = $1
		where c.sha >= $2 and c.sha < $2 || 'g' having count(*) = 1;
	end if;
	return found_id;
end $$;
comment on function commit_called(bigint, text) is 'The commit of a tree that a person calls so: a branch or tag, or a hash of at least 7 digits. Null: none, or more than one.';

create function side_line(tree_id bigint, side text, out after bigint, out up_to bigint)
language plpgsql stable parallel safe as $$
declare
	word constant text[] := regexp_match($2, '^(.*?)\.\.(.*)$');
begin
	if $2 is null or $2 like 'run:%' then
		return;
	end if;
	up_to := (select tc.ordinal from tree_commit tc where tc.tree_id = $1 and tc.commit_id = commit_called($1, coalesce(word[2], $2)));
	after := up_to - 1;
	if word is not null then
		after := case when word[1] = '' then -1 else (select tc.ordinal from tree_commit tc where tc.tree_id = $1 and tc.commit_id = commit_called($1, word[1])) end;
		up_to := case when word[2] = '' then 9223372036854775807 else up_to end;
	end if;
	if after is null or up_to is null then
		after := null;
		up_to := null;
	end if;
end $$;
comment on function side_line(bigint, text) is 'A side as places on a tree''s first-parent line: behind the first number, up to the second. COMMIT, or FROM..TO as git means it (without FROM itself; either may be left out). Nulls: it names nothing there.';

create function side_revisions(tree_id bigint, side text) returns table (revision_id bigint)
language plpgsql stable rows 200 as $$
begin
	if $2 ~ '^run:[0-9]{1,18}$' then
		return query select distinct r.id from job j join revision r on r.id = j.revision_id and r.tree_id = $1 where j.run_id = substr($2, 5)::bigint;
	else
		return query select r.id from side_line($1, $2) s join tree_commit tc on tc.tree_id = $1 and tc.ordinal > s.after and tc.ordinal <= s.up_to
			join revision r on r.tree_id = $1 and r.commit_id = tc.commit_id and r.is_plain;
	end if;
end $$;
comment on function side_revisions(bigint, text) is 'The revisions of a side: plain ones of a commit or a range (side_line), or run:N, those that run N ordered, patched ones among them.';
