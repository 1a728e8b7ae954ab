-- A server listens to runners and reaches the database. $1 the lease it gives, seconds. After 15 s, or half a
-- lease, in which no server did, `since` begins anew.
insert into listening (since, seen_at, lease_s) values (now(), now(), $1::integer)
on conflict (is_only) do update set lease_s = excluded.lease_s, seen_at = excluded.seen_at,
	since = case when listening.seen_at < now() - least(15, excluded.lease_s / 2.0) * interval '1 second' then now() else listening.since end
