-- Takes away what an earlier reading of the console or build log took for reports; rules are tried on the rest anew. $1 attempt, $2 its claim
-- time, $3 console or build, $4 where the reports begin.
with gone as (
	delete from occurrence
	where attempt_id = $1::bigint and claimed_at = $2::timestamptz and start_byte <> all ($4::bigint[]) and occurrence_stream(start_byte) = $3::text
	returning attempt_id
)
insert into rule_item (attempt_id) select distinct attempt_id from gone on conflict (attempt_id) do update set queued_at = now()
