-- Keeps commits; those that are there already stay. $1 hashes, $2 subjects, $3 authors, $4 author times, $5 committer times (Unix seconds).
insert into commit (sha, subject, author, authored_at, committed_at)
select r.sha, r.subject, r.author, to_timestamp(r.authored_s), to_timestamp(r.committed_s)
from unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::bigint[]) r (sha, subject, author, authored_s, committed_s)
on conflict (sha) do nothing
