-- 0075 wrote alert_deliver anew, without what 0064 had put into it: subscriptions chose no kind of matter any more.
do $$
declare
	deliver text := pg_get_functiondef('alert_deliver(bigint[])'::regprocedure);
	rank text := 'and severity_rank(a.severity) >= severity_rank(s.severity)';
begin
	if position('s.what' in deliver) = 0 then
		if position(rank in deliver) = 0 then
			raise exception 'alert_deliver reads otherwise than 0079 expects';
		end if;
		execute replace(deliver, rank, rank || ' and (s.what = ''{}'' or a.bug_id is null or (select bug_what(b.type) from bug b where b.id = a.bug_id) = any (s.what))');
	end if;
end $$;
