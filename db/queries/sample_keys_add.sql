-- Keeps a list of counter names; answers the id that stands when another did so meanwhile.
-- $1 SHA-256 over the names, $2 the names. Always one row.
insert into sample_keys (hash, keys) values ($1::text, $2::text[])
on conflict (hash) do update set keys = sample_keys.keys
returning id
