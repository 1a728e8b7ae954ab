-- Signs out. $1 SHA-256 of the cookie.
delete from session where hash = $1::bytea
