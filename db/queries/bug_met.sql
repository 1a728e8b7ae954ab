-- Bugs that one report's titles lead to, more than one: they are the same bug, unless a person has had a word in it or one is settled.
-- $1 attempt, $2 its claim time. No row: none. Oldest first.
select min(bt.bug_id) as bug_id, max(bt.bug_id) as other_id
from occurrence o
join lateral (
	select o.title as title
	union
	select jsonb_array_elements_text(o.report -> 'alt')
) said on true
join bug own on own.id = o.bug_id
join bug_title bt on bt.family = own.family and bt.title = said.title
join bug b on b.id = bt.bug_id and b.state in ('new', 'open') and b.previous_id is null
where o.attempt_id = $1::bigint and o.claimed_at = $2::timestamptz and not o.is_corrupted
	and not exists (select from bug_title p where p.bug_id = b.id and p.source = 'person')
	and not exists (select from bug_fix f where f.bug_id = b.id)
	and not exists (select from bug_pin p where p.attempt_id = o.attempt_id and p.start_byte = o.start_byte)
group by o.start_byte
having min(bt.bug_id) < max(bt.bug_id)
order by 1, 2
limit 1
