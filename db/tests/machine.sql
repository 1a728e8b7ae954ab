-- What the machine's page and the API say of it.
\ir attempts.fixture
\set q `cat db/queries/page_machine.sql`
prepare page_machine as :q
\set q `cat db/queries/api_machines.sql`
prepare api_machines as :q

execute page_machine('m', null) \gset before_
select pg_temp.expect('no kernel was needed yet', jsonb_path_query_array(:'before_page', '$.facts[*] ? (@.name == "kernels from the cache")'), '[]'::jsonb);
execute api_machines \gset before_
select pg_temp.expect('no rate without kernels', :'before_body'::jsonb #> '{machines,0,kernel_cache}', '{"hits": 0, "misses": 0, "hit_rate": null}'::jsonb);

-- 1 and 2 found their kernels, 3 built one, 4 came to no kernel.
update attempt set is_built_from_cache = id <> :a3 where id <> :a4;
execute page_machine('m', null) \gset
select pg_temp.expect('hits and rate on the page', jsonb_path_query_first(:'page', '$.facts[*] ? (@.name == "kernels from the cache").value'), '"2 of 3 (67 %)"'::jsonb);
execute api_machines \gset
select pg_temp.expect('and in the API', :'body'::jsonb #> '{machines,0,kernel_cache}', '{"hits": 2, "misses": 1, "hit_rate": 0.6667}'::jsonb);
