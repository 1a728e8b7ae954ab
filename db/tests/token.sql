-- Tokens, and events that a browser missed.
\set q `cat db/queries/token_add.sql`
prepare token_add as :q
;
\set q `cat db/queries/token_find.sql`
prepare token_find as :q
;
\set q `cat db/queries/token_revoke.sql`
prepare token_revoke as :q
;
\set q `cat db/queries/event_add.sql`
prepare event_add as :q
;
\set q `cat db/queries/event_since.sql`
prepare event_since as :q
;
\set q `cat db/queries/event_recent.sql`
prepare event_recent as :q
;
create function pg_temp.expect(what text, got anyelement, wanted anyelement) returns void language plpgsql as $$
begin
	if got is distinct from wanted then raise exception '%: got %, wanted %', what, got, wanted; end if;
end $$;

execute token_add('runner', 'lab', sha256('secret'));
execute token_find(sha256('secret')) \gset found_
select pg_temp.expect('its kind', :'found_kind', 'runner'::text);
select pg_temp.expect('its use is noted', last_used_at is not null, true) from token where name = 'lab';
create temp table wrong as execute token_find(sha256('guess'));
select pg_temp.expect('a guess finds nothing', count(*), 0::bigint) from wrong;
execute token_revoke('lab');
create temp table revoked as execute token_find(sha256('secret'));
select pg_temp.expect('a revoked one finds nothing', count(*), 0::bigint) from revoked;

execute event_add('run', 1, null);
execute event_add('attempt', 7, 7);
select max(id) as last from event \gset
execute event_add('job', 3, 7);
create temp table missed as execute event_since(:last, 0);
select pg_temp.expect('what came after', array_agg(kind), '{job}') from missed;
create temp table of_attempt as execute event_since(0, 7);
select pg_temp.expect('of one attempt only', array_agg(kind order by id), '{attempt,job}') from of_attempt;
create temp table recent as execute event_recent;
select pg_temp.expect('all are recent', count(*), 3::bigint) from recent;
