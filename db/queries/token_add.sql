-- Makes a token. $1 kind; $2 name; $3 SHA-256 of its text; $4 hours after which one of the kind enrol ends; $5 the token it was made with
-- (null: an operator's). A taken name is refused by its unique key.
insert into token (kind, name, hash, ends_at, owner_id)
values ($1::text, $2::text, $3::bytea, case when $1::text = 'enrol' then now() + $4::integer * interval '1 hour' end, $5::bigint)
