-- A subscription may choose by kind of matter: crashes, boots, builds, compilers' warnings.

alter table subscription add column what text[] not null default '{}' check (what <@ array['crash', 'boot', 'build', 'warning']);
comment on column subscription.what is 'Of alerts about bugs only those of these kinds (bug_what); empty: all.';

-- Whatever else the two have come to say by now, this is one more.
do $$
declare
	deliver text := pg_get_functiondef('alert_deliver(bigint[])'::regprocedure);
	told text := pg_get_viewdef('subscription_told'::regclass);
	rank text := 'and severity_rank(a.severity) >= severity_rank(s.severity)';
	path text := '''path'', s.path';
begin
	if position(rank in deliver) = 0 or position(path in told) = 0 then
		raise exception 'alert_deliver or subscription_told reads otherwise than 0064 expects';
	end if;
	execute replace(deliver, rank, rank || ' and (s.what = ''{}'' or a.bug_id is null or (select bug_what(b.type) from bug b where b.id = a.bug_id) = any (s.what))');
	execute 'create or replace view subscription_told as ' || replace(told, path, '''what'', s.what, ' || path);
end $$;
