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
update tree set url = 'https://jane:hunter2@host/linux.git';
execute page_search('hunter2') \gset
select pg_temp.expect('it cannot be searched for', position('/trees/t' in :'page'), 0);
execute page_search('host/linux') \gset
select pg_temp.expect('the rest can', position('/trees/t' in :'page') > 0, true);

-- Nor is it told of in alerts.
insert into bug (title) values ('x');
insert into occurrence (attempt_id, claimed_at, start_byte, end_byte, bug_id, title, reader_version, is_corrupted, report)
	select a.id, a.claimed_at, 10, 20, b.id, 'x', 1, false, '{}' from attempt a, bug b where a.id = :a1;
insert into alert (kind, thread, severity, title, bug_id) select 'bug_new', 'x', 'low', 'x', id from bug;
insert into alert_place (alert_id, tree_id, profile_id, attempt_id) select a.id, t.id, p.id, :a1 from alert a, tree t, profile p;
select pg_temp.expect('in what is told', (select concat_ws(' ', x ~ 'hunter2', x ~ '[*]{3}@host/linux') from (select alert_payload(id, '')::text as x from alert) y), 'f t');
