-- Drops files that began to arrive more than a day ago, are still not whole, and that nothing names.
delete from blob b
where not b.is_complete and greatest(b.created_at, b.used_at) < now() - interval '1 day'
	and not exists (select from revision_patch p where p.sha256 = b.sha256)
	and not exists (select from attempt_artifact a where a.sha256 = b.sha256)
