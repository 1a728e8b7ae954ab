-- How long a stream is, and how old it was when retention removed its bytes. $1 attempt; $2 name. No row: it has not begun, or there is no such attempt.
select s.size_bytes, s.is_complete, s.gap_start, s.gap_end, page_removed(s.removed_at, coalesce(a.ended_at, a.claimed_at)) ->> 'after' as removed_after
from stream s join attempt a on a.id = s.attempt_id
where s.attempt_id = $1::bigint and s.name = $2::text
