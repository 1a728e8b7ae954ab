-- Streams that grew within the last 3 s, for pages that are open.
select attempt_id, name, size_bytes from stream where updated_at > now() - interval '3 seconds' order by updated_at desc limit 1000
