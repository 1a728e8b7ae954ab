-- Makes a bug. $1 title, $2 type. Always one row.
insert into bug (title, type) values ($1::text, $2::text) returning id
