-- Is anything going on that the stages must follow closely? Always one row.
select exists (select from attempt where state = 'running') or exists (select from job where state = 'leased') as is_busy
limit 1
