-- One crossing as the API has it when it was ordered; its rates stand at its page's JSON. $1 id. No row: there is none.
select json_build_object('crossing', crossing_words(x.id))::text as body
from crossing x where x.id = case when $1::text ~ '^[0-9]{1,18}$' then $1::text::bigint end
limit 1
