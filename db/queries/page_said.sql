-- Numbers that C has computed, as pages say them: page_duration for names that end in _s, page_number for all others; what is no number is left out.
-- $1 JSON array of objects of numbers. Always one row: an array of objects of texts, in the same order.
select coalesce(json_agg(coalesce(o.said, '{}') order by i.n), '[]') as page
from jsonb_array_elements($1::jsonb) with ordinality i (numbers, n)
	cross join lateral (
		select json_object_agg(e.key, case when e.key like '%\_s' then page_duration(e.value::text::double precision) else page_number(e.value::text::double precision) end) as said
		from jsonb_each(i.numbers) e where jsonb_typeof(e.value) = 'number') o;
