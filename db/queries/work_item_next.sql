-- An ended attempt whose streams have been read, to be measured in this transaction. What its runner still has to deliver is waited for,
-- but not for ever; bytes that come later have it measured again. No row: nothing to measure.
select w.id, w.attempt_id, a.job_id, a.claimed_at::text as claimed_at
from work_item w
join attempt a on a.id = w.attempt_id
where w.stage = 'measure' and w.retry_at <= now() and a.state <> 'running'
	and not exists (
		select from stream s
		where s.attempt_id = w.attempt_id and (s.name <> 'build' or s.is_complete) and s.reader_retry_at is distinct from 'infinity'
			and (s.read_bytes < s.size_bytes or (s.is_complete and not s.is_read)
				or (not s.is_complete and a.state <> 'lost' and a.ended_at > now() - interval '10 minutes'))
	)
order by w.id
limit 1
for update of w skip locked
