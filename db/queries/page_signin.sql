-- The page on which people sign in; what it needs is in the address. $1 where to go then. Always one row.
select json_build_object('title', 'Sign in', 'to', $1::text) as page
