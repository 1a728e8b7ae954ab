-- The samples of an attempt for the API: for each list of counters its rows in order of time.
-- $1 id, as text. No row: there is no such attempt.
select json_build_object('attempt', a.id,
	'removed_at', (select to_char(removed_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') from stream where attempt_id = a.id and name = 'samples'),
	'phases', (select coalesce(json_agg(json_build_object('boot_id', boot_id, 't_ns', t_ns, 'name', name) order by t_ns), '[]') from phase where attempt_id = a.id),
	'sets', (
		select coalesce(json_agg(json_build_object('boot_id', s.boot_id, 'keys', k.keys, 't_ns', s.t_ns, 'v', s.v) order by s.first), '[]')
		from (
			select boot_id, keys_id, min(t_ns) as first, json_agg(t_ns order by t_ns) as t_ns, json_agg(v order by t_ns) as v
			from sample
			where attempt_id = a.id and claimed_at = a.claimed_at
			group by boot_id, keys_id
		) s
		join sample_keys k on k.id = s.keys_id))::text as body
from attempt a
where a.id = case when $1::text ~ '^[0-9]{1,18}$' then $1::bigint end
limit 1;
