-- Makes the large tables' partitions for the months to come. Always one row: how many it made.
select partitions_ensure(now() - interval '1 month', now() + interval '3 months') as made limit 1
