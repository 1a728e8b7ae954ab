-- What is kept: streams as they came (they lie deflated) and whole files, in bytes; and which kind of streams has its mark further back.
-- Always one row.
select (select coalesce(sum(size_bytes), 0)::bigint from stream where removed_at is null) as streams,
	(select coalesce(sum(size_bytes), 0)::bigint from blob where is_complete) as files,
	(select kind from retention where kind <> 'files' order by mark, kind desc limit 1) as oldest
limit 1
