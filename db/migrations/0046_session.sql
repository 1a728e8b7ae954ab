-- People sign in: a browser's session stands for a token, and tokens are made on a page.

create table session (
	hash bytea primary key check (length(hash) = 32),
	token_id bigint not null references token (id),
	created_at timestamptz not null default now(),
	expires_at timestamptz not null
);
create index session_expires on session (expires_at);
comment on table session is 'Browsers that are signed in. Only the SHA-256 of a cookie is kept.';
comment on column session.hash is 'SHA-256 of the cookie.';
comment on column session.token_id is 'Who it is: ends with that token, or when it is renewed.';
comment on column session.created_at is 'When somebody signed in.';
comment on column session.expires_at is 'When the browser has to sign in again.';

alter table token add column owner_id bigint references token (id);
create index token_owner on token (owner_id) where owner_id is not null;
comment on column token.owner_id is 'Who made it on the page; it ends with that token. Null: an operator, or a proxy that named somebody.';

create function token_family(token_id bigint) returns table (id bigint)
language sql stable as $$
	with recursive f (id) as (select $1 union select t.id from token t join f on t.owner_id = f.id) select id from f
$$;
comment on function token_family(bigint) is 'A token, those that were made with it, those made with them …';
