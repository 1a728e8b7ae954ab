-- Makes a bug. $1 title, $2 type, $3 family, $4 state. Always one row.
insert into bug (title, type, family, state) values ($1::text, $2::text, $3::text, $4::text) returning id
