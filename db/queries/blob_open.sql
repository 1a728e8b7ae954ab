-- A blob before bytes are added: made when it is new, and locked. What is here of it is a question of its own: who waited for the lock
-- would see it as it was before. $1 SHA-256; $2 its size.
insert into blob (sha256, size_bytes) values ($1::text, $2::bigint)
on conflict (sha256) do update set used_at = now()
