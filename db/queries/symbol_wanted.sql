-- What is to be looked up in a kernel, as a JSON array. $1 kernel. Always one row.
select coalesce(json_agg(json_build_object('function', function, 'offset', offset_bytes, 'size', size_bytes, 'is_call', is_call)
	order by function, offset_bytes, size_bytes, is_call), '[]')::text as wanted
from (select * from symbol where kernel_id = $1::bigint and state = 'wanted' order by function, offset_bytes, size_bytes, is_call limit 1000) w
