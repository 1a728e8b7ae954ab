-- What lies between server and runners: whose a machine is, and since when somebody has been listening to it.

alter table token add column renewed_at timestamptz;
comment on column token.renewed_at is 'When its text was last changed; what it owns stayed.';

-- A machine belongs to one runner's token; an admin's may speak for any and owns none.
update machine set token_id = null where token_id in (select id from token where kind <> 'runner');
comment on column machine.token_id is 'The runner''s token it belongs to: no other may speak for it. Null: the first that registers it.';

create table listening (
	is_only boolean primary key default true check (is_only),
	since timestamptz not null,
	seen_at timestamptz not null,
	lease_s integer not null check (lease_s > 0)
) with (fillfactor = 50);
comment on table listening is 'Since when runners are heard, in one row: silence only counts against them while a server listens and reaches the database.';
comment on column listening.is_only is 'There is one row.';
comment on column listening.since is 'Since when without a break.';
comment on column listening.seen_at is 'When a server last said that it listens.';
comment on column listening.lease_s is 'The lease it gives, seconds: so long a runner may take to be heard after a break.';
