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
\set q `cat db/queries/token_enrol.sql`
prepare token_enrol as :q
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

execute token_add('runner', 'lab', sha256('secret'), 24);
execute token_find(sha256('secret')) \gset found_
select pg_temp.expect('its kind', :'found_kind', 'runner'::text);
select pg_temp.expect('its use is noted', last_used_at is not null, true) from token where name = 'lab';
create temp table wrong as execute token_find(sha256('guess'));
select pg_temp.expect('a guess finds nothing', count(*), 0::bigint) from wrong;
execute token_revoke('lab');
create temp table revoked as execute token_find(sha256('secret'));
select pg_temp.expect('a revoked one finds nothing', count(*), 0::bigint) from revoked;

-- One that enrols makes one runner's token, and answers the same again.
execute token_add('enrol', 'once', sha256('once'), 24);
select id as once, ends_at > now() + interval '23 hours' as is_long from token where name = 'once' \gset
select pg_temp.expect('it ends by itself', :'is_long', 't'::text);
execute token_enrol(:once, 'lab', sha256('own')) \gset
select pg_temp.expect('a name that is there', :'state', 'taken'::text);
execute token_enrol(:once, 'lab-2', sha256('own')) \gset
select pg_temp.expect('made', (t.kind, t.made_by = :once, t.ends_at)::text, '(runner,t,)') from token t where name = 'lab-2';
execute token_enrol(:once, 'lab-2', sha256('own')) \gset
select pg_temp.expect('sent again', :'state', 'again'::text);
execute token_enrol(:once, 'lab-2', sha256('other')) \gset
select pg_temp.expect('another''s', :'state' || ' for ' || :'name', 'used for lab-2'::text);
execute token_add('enrol', 'late', sha256('late'), 24);
update token set ends_at = now() - interval '1 second' where name = 'late' returning id as late \gset
execute token_enrol(:late, 'lab-3', sha256('own3')) \gset
select pg_temp.expect('too late', :'state', 'ended'::text);

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
