-- One bug for the API, without its reports: what an order answers.
-- $1 id, as text. No row: there is no such bug.
select jsonb_build_object('bug', l.life)::text as body
from bug_life l
where l.bug_id = case when $1::text ~ '^[0-9]{1,18}$' then $1::bigint end
limit 1;
