-- Machines are enrolled by one command: a one-time token, which ends by itself, is given for the machine's own.

alter table token
	drop constraint token_kind_check,
	add constraint token_kind_check check (kind in ('runner', 'trigger', 'admin', 'read', 'enrol')),
	add column ends_at timestamptz,
	add column used_at timestamptz,
	add column made_by bigint references token (id),
	add constraint token_enrol check ((kind = 'enrol') = (ends_at is not null) and (used_at is null or kind = 'enrol') and (made_by is null or kind = 'runner'));
comment on column token.kind is 'runner: claims and delivers; trigger: orders runs; admin: both, and trees and machines; read: reads where reading is closed; enrol: makes the token of one runner, once.';
comment on column token.ends_at is 'enrol: no good from then on.';
comment on column token.used_at is 'enrol: when it made a runner''s token; it makes no other.';
comment on column token.made_by is 'runner: the enrol token that made it; null: an operator.';
create unique index token_made_by on token (made_by) where made_by is not null;
