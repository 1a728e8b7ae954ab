-- A compiler's warning is an occurrence and no failure: what has nothing else is as old as the rest. Build logs are read now: one that is
-- not yet stops a pass as a console does.
do $$
declare
	f record;
begin
	for f in select oid from pg_proc where proname in ('retention_attempts', 'blob_is_needed') and pronamespace = 'public'::regnamespace loop
		execute replace(replace(replace(pg_get_functiondef(f.oid),
			'o.claimed_at = n.claimed_at)', 'o.claimed_at = n.claimed_at and not o.is_warning)'),
			'o.claimed_at = a.claimed_at)', 'o.claimed_at = a.claimed_at and not o.is_warning)'),
			's.attempt_id = a.id and s.name <> ''build'' and s.reader', 's.attempt_id = a.id and (s.name <> ''build'' or s.is_complete) and s.reader');
	end loop;
end $$;
