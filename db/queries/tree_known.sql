-- Is there a git tree of this name? $1 name. Always one row.
select exists (select from tree where name = $1::text and kind = 'git') as is_known
