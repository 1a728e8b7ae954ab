-- A tree whose family is to change; nobody copies its history meanwhile. $1 name. No row: there is no such tree.
select id, family from tree where name = $1::text limit 1 for no key update
