-- Tokens, and events that a browser missed.
\ir expect.fixture
execute token_add('runner', 'lab', sha256('secret'), 24, null);
execute token_find(sha256('secret')) \gset found_
select pg_temp.expect('its kind', :'found_kind', 'runner'::text);
select pg_temp.expect('its use is noted', last_used_at is not null, true) from token where name = 'lab';
create temp table wrong as execute token_find(sha256('guess'));
select pg_temp.expect('a guess finds nothing', count(*), 0::bigint) from wrong;
execute token_revoke('lab', null);
create temp table revoked as execute token_find(sha256('secret'));
select pg_temp.expect('a revoked one finds nothing', count(*), 0::bigint) from revoked;

-- One that enrols makes one runner's token, and answers the same again.
execute token_add('enrol', 'once', sha256('once'), 24, null);
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
execute token_add('enrol', 'late', sha256('late'), 24, null);
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

-- Sessions, and what was made with a token.
execute token_add('trigger', 'jane', sha256('jane'), 24, null);
select id as jane from token where name = 'jane' \gset
execute token_add('trigger', 'script', sha256('script'), 24, :jane);
select id as script from token where name = 'script' \gset
execute token_add('read', 'reader', sha256('reader'), 24, :script);
execute token_add('admin', 'root', sha256('root'), 24, null);
select id as root from token where name = 'root' \gset
execute session_add(sha256('cookie'), :jane, 60);
execute session_find(sha256('cookie')) \gset who_
select pg_temp.expect('who it is', :'who_name' || ' ' || :'who_kind', 'jane trigger');
execute page_tokens(:jane) \gset
select pg_temp.expect('own ones, and what was made with them', (select string_agg(r ->> 'name', ' ' order by n) from json_array_elements(:'page'::json -> 'rows') with ordinality x (r, n)), 'jane reader script');
execute page_tokens(:root) \gset
select pg_temp.expect('an admin sees all', json_array_length(:'page'::json -> 'rows'), (select count(*)::integer from token));
execute page_tokens(0) \gset
select pg_temp.expect('nobody sees none', :'page'::json ->> 'rows', null);
execute token_revoke('root', :jane);
execute token_revoke('jane', :script);
select pg_temp.expect('those of others stay', count(*), 0::bigint) from token where name in ('root', 'jane') and revoked_at is not null;
execute session_add(sha256('old'), :script, 60);
update token set renewed_at = now() + interval '1 second' where name = 'script';
create temp table renewed as execute session_find(sha256('old'));
select pg_temp.expect('a renewed token ends its sessions', count(*), 0::bigint) from renewed;
execute session_add(sha256('short'), :root, -1);
create temp table late as execute session_find(sha256('short'));
select pg_temp.expect('one that is over', count(*), 0::bigint) from late;
execute token_revoke('jane', :jane);
select pg_temp.expect('what was made with it ends with it', count(*), 3::bigint) from token where name in ('jane', 'script', 'reader') and revoked_at is not null;
create temp table ended as execute session_find(sha256('cookie'));
select pg_temp.expect('so do sessions', count(*), 0::bigint) from ended;
execute token_named('root', sha256('x')) \gset named_
select pg_temp.expect('a name that is known', :'named_id'::bigint, :root::bigint);
execute token_named('hugh', sha256('y')) \gset named_
select pg_temp.expect('one that is new', :'named_kind', 'trigger'::text);
execute token_add('trigger', 'eve', sha256('eve'), 24, null);
select id as eve from token where name = 'eve' \gset
execute token_add('trigger', 'kim', sha256('kim'), 24, :eve);
execute token_add('trigger', 'lee', sha256('lee'), 24, :root);
create temp table taken as execute token_named('kim', sha256('z'));
select pg_temp.expect('one whose text somebody else knows', count(*), 0::bigint) from taken;
execute token_named('lee', sha256('z')) \gset named_
select pg_temp.expect('one that an admin made', name, 'lee') from token where id = :named_id;
create temp table refused as execute token_named('jane', sha256('z'));
select pg_temp.expect('one that was revoked', count(*), 0::bigint) from refused;
create temp table machine_s as execute token_named('lab', sha256('z'));
select pg_temp.expect('a runner', count(*), 0::bigint) from machine_s;
execute session_add(sha256('root'), :root, 60);
execute session_end(sha256('root'));
create temp table out as execute session_find(sha256('root'));
select pg_temp.expect('signed out', count(*), 0::bigint) from out;
select pg_temp.expect('what is over is forgotten', count(*), 0::bigint) from session where expires_at < now();
