-- A person decides on a delivery. $1 delivery, as text; $2 approve or reject (drafts), retry (what waits or was given up); $3 who; $4 for approve, MD5 of subject, line feed and content
-- as the person saw them (null: whatever).
-- No row: no such delivery. is_done false: it is in no state for that.
with found as (
	select id, state, md5(concat(subject, E'\n', content)) as mark from delivery where id = case when $1::text ~ '^[0-9]{1,18}$' then $1::text::bigint end for update
), changed as (
	update delivery d set state = case when $2::text = 'reject' then 'rejected' else 'waiting' end, due_at = now(),
		tries = case when $2::text = 'retry' then 0 else d.tries end,
		decided_by = case when $2::text = 'retry' then d.decided_by else $3::bigint end
	from found
	where d.id = found.id and ((found.state = 'draft' and ($2::text = 'reject' or ($2::text = 'approve' and ($4::text is null or $4::text = found.mark))))
		or (found.state in ('waiting', 'given_up') and $2::text = 'retry' and d.content is not null))
	returning d.id
)
select f.id, f.state, exists (select from changed) as is_done, pg_notify('work', 'deliver')::text as word from found f limit 1
