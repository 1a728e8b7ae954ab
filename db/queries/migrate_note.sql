-- unprepared: a migration was applied. $1 file's name; $2 its SHA-256.
insert into migration (name, sha256) values ($1::text, $2::text)
