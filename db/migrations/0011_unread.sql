-- Attempts of which something could not be read are few, and the overview names them.
create index stream_failed on stream (attempt_id) where reader_error is not null;
