-- PostgreSQL answers. Always one row.
select 1 as one
