-- Commits that touch paths near the crash are believed more before anything was tried.
alter table bisection add column near_by text check (near_by in ('files', 'functions', 'unknown', 'unread'));
comment on column bisection.near_by is 'What the paths near the crash are known by: files: of its frames; functions: the first words of their functions; unknown: no frame says; unread: git could not be asked what the commits touch; null: nobody has looked yet.';

alter table bisection_commit
	add column near text check (length(near) between 1 and 300),
	add column weight double precision not null default 1 check (weight > 0);
comment on column bisection_commit.near is 'What it touches near the crash: a folder or a file; null: nothing that is known.';
comment on column bisection_commit.weight is 'Of the belief that it is the culprit before anything was tried, beside other commits of the range.';
