-- A trend as a picture needs it and no more: values in steps of a percent, two letters each, so that 500 commits of twelve series come in a few kilobytes.

create function trend_letter(n integer) returns text
language sql immutable parallel safe as $$
	select substr('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/', 1 + $1, 1)
$$;
comment on function trend_letter(integer) is 'A number from 0 to 63 as a base64 digit.';

create function trend_step(value double precision, base double precision, per double precision) returns integer
language sql immutable parallel safe as $$
	select case when $1 > 0 then least(4095, 1 + round((ln($1) - $2) * $3)::integer) else 0 end
$$;
comment on function trend_step(double precision, double precision, double precision) is 'How many steps a value''s logarithm lies above `base`, `per` of them to a factor of e, counted from 1; 0: the value is not above 0.';

create function trend_values("values" double precision[]) returns json
language sql immutable parallel safe as $$
	select json_agg(trend_value(v) order by i) from unnest($1) with ordinality u (v, i)
$$;
comment on function trend_values(double precision[]) is 'Values in four digits each.';
