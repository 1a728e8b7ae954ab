-- The pieces that hold a range of a stream. $1 attempt; $2 name; $3 first byte; $4 byte behind the last. A piece has at most 1 MiB.
select c.start_byte, c.size_bytes, c.body
from stream s join chunk c on c.attempt_id = s.attempt_id and c.claimed_at = s.claimed_at and c.name = s.name
where s.attempt_id = $1::bigint and s.name = $2::text and c.start_byte > $3::bigint - 1048576 and c.start_byte < $4::bigint
	and c.start_byte + c.size_bytes > $3
order by c.start_byte limit 100000
