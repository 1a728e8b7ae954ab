-- Who ended a search. Who may: an admin, and whoever ordered it; what Faultline began itself, only an admin.

alter table bisection add column cancelled_by bigint references token (id), add constraint bisection_cancelled_by check (cancelled_by is null or state = 'cancelled');
comment on column bisection.cancelled_by is 'Who ended it; null: nobody did, or it is not known.';

create function bisection_is_of(bisection_id bigint, token_id bigint) returns boolean
language sql stable as $$
	select exists (select from bisection x join token_family($2) f on f.id = x.token_id where x.id = $1)
$$;
comment on function bisection_is_of(bigint, bigint) is 'Whether a token, or one that was made with it, has ordered a search. What Faultline began itself is nobody''s.';
