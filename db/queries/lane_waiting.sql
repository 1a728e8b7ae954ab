-- What machines are waited for, in case a notification was missed: a row for each kind, as tags in one text. No parameters. No row: nothing waits.
-- Orders for symbols are among them, each at the machine that is to answer it.
select distinct array_to_string(needs, ' ') as needs from lane where is_open
union
select 'arch:' || k.arch || case when m.state = 'active' and m.seen_at > now() - interval '10 minutes' then ' machine:' || m.name else '' end
from symbol_order o join kernel k on k.id = o.kernel_id left join machine m on m.id = o.machine_id
where o.state = 'queued' and o.retry_at <= now()
order by 1
limit 1000
