-- unprepared: the migrations this database has seen.
select name, sha256 from migration order by name limit 10000
