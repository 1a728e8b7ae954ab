-- How a kernel was built, and series that keep emulated and native times apart.

alter table attempt add column built text check (built in ('native', 'cross'));
comment on column attempt.built is 'native: by a compiler of its own architecture; cross: on a machine of another one; null: nothing was built, or an older runner.';

-- An emulated processor is slower by a factor that is nobody's: what counts per second, or over a fixed time, has a series of its own
-- where the kernel ran on a processor of its own (kvm, native). Shares of migrations are compared across both.
insert into metric (name, title, unit, position) values
	('success_per_s_native', 'pgmigrate_success per second, not emulated', 'pages/s', 6),
	('fail_per_s_native', 'pgmigrate_fail per second, not emulated', 'pages/s', 7),
	('pgmigrate_success_native', 'pgmigrate_success, not emulated', 'pages', 8),
	('pgmigrate_fail_native', 'pgmigrate_fail, not emulated', 'pages', 9);
update metric set title = title || ', emulated' where name in ('success_per_s', 'fail_per_s', 'pgmigrate_success', 'pgmigrate_fail');
comment on table metric is 'What is drawn over commits. Times of emulated kernels and of others never share a series: NAME is of the former, NAME_native of the latter.';
