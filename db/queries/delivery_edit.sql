-- A person changes what a draft says. $1 delivery, as text; $2 subject, $3 content (null: as it is); $4 MD5 of subject, line feed and content as
-- the person saw them (null: whatever). No row: no such delivery. is_done false: it is no draft any more, or somebody else has changed it.
with found as (
	select id, state, md5(concat(subject, E'\n', content)) as mark from delivery where id = case when $1::text ~ '^[0-9]{1,18}$' then $1::text::bigint end for update
), changed as (
	update delivery d set subject = coalesce($2::text, d.subject), content = coalesce(rtrim($3::text, E' \n') || E'\n', d.content)
	from found where d.id = found.id and found.state = 'draft' and ($4::text is null or $4::text = found.mark)
	returning d.id
)
select f.id, exists (select from changed) as is_done from found f limit 1
