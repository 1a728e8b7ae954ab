-- Notes what happened; open pages hear of it. $1 kind; $2 subject's id; $3 attempt's id or null.
insert into event (kind, subject_id, attempt_id) values ($1::text, $2::bigint, $3::bigint)
