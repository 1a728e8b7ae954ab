-- unprepared: a connection of the background stages hears that there is work. It does not wait for the disk either: what a crash of
-- PostgreSQL takes back of these stages it takes back whole, and they do it again.
listen work;
set synchronous_commit = off;
