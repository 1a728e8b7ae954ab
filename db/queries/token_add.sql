-- Makes a token. $1 kind; $2 name; $3 SHA-256 of its text. A taken name is refused by its unique key.
insert into token (kind, name, hash) values ($1::text, $2::text, $3::bytea)
