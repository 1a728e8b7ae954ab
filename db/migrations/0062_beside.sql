-- What attempts of patched and reverted revisions measured: no point of a trend line, but what is compared with their base.

create table point_beside (
	attempt_id bigint not null,
	claimed_at timestamptz not null,
	metric text not null,
	value double precision not null,
	primary key (attempt_id, claimed_at, metric)
) partition by range (claimed_at);
comment on table point_beside is 'The values of an attempt whose revision stands beside the line, with patches or reverts. Apart from point, so that no trend, change or median has to leave them out.';
comment on column point_beside.attempt_id is 'The attempt.';
comment on column point_beside.claimed_at is 'The attempt''s claim time.';
comment on column point_beside.metric is 'The metric.';
comment on column point_beside.value is 'The value; unknown ones have no row.';

-- Edited in place: what other migrations have added to the list stays.
do $$
begin
	execute replace(pg_get_functiondef('partitions_ensure(timestamptz, timestamptz)'::regprocedure), '''point''', '''point'', ''point_beside''');
end $$;
select partitions_ensure(coalesce((select min(claimed_at) from attempt), now()) - interval '1 month', now() + interval '3 months');
