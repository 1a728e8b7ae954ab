-- What is secret in an address is not shown, as server/shared/url_test.c has it.
\ir attempts.fixture
select pg_temp.expect(given, url_shown(given), wanted) from (values
	('https://jane:hunter2@host/linux.git', 'https://***@host/linux.git'),
	('https://ghp_123456@host/linux.git', 'https://***@host/linux.git'),
	('https://jane:a@b@host:8443/x', 'https://***@host:8443/x'),
	('https://host/x.git?private_token=12345', 'https://host/x.git?***'),
	('https://a:b@host/x?t=1#f', 'https://***@host/x?***'),
	('ssh://git@host/linux.git', 'ssh://git@host/linux.git'),
	('ssh://git:hunter2@host/linux.git', 'ssh://git:***@host/linux.git'),
	('https://host/a@b/c', 'https://host/a@b/c'),
	('https://@host/c', 'https://@host/c'),
	('file:///srv/linux.git', 'file:///srv/linux.git'),
	('/srv/jane:hunter2@x', '/srv/jane:hunter2@x'),
	('', ''), (null, null)) v (given, wanted);
\set q `cat db/queries/page_search.sql`
prepare page_search as :q;
update tree set url = 'https://jane:hunter2@host/linux.git';
execute page_search('hunter2') \gset
select pg_temp.expect('it cannot be searched for', position('/trees/t' in :'page'), 0);
execute page_search('host/linux') \gset
select pg_temp.expect('the rest can', position('/trees/t' in :'page') > 0, true);
