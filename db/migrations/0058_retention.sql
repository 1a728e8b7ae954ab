-- Consoles, samples and files are removed when they are old or many; what was read out of them stays, and what a bug's evidence needs stays
-- whole. Attempts are passed in their order and never looked at twice: a mark for each kind says how far.

alter table stream add column removed_at timestamptz;
comment on column stream.removed_at is 'Set: retention has removed the bytes (of samples the rows of sample too); size_bytes is what there was.';

alter table blob add column removed_at timestamptz;
comment on column blob.removed_at is 'Set: retention has removed the content. The row stays for those that name it, and whoever sends the content again makes it whole.';
create index blob_lru on blob (used_at, sha256) where is_complete;

-- Who names a blob: asked for each that is to go.
create index attempt_artifact_sha256 on attempt_artifact (sha256);
create index revision_image on revision (image_sha256) where image_sha256 is not null;
create index revision_modules on revision (modules_sha256) where modules_sha256 is not null;

create table retention (
	kind text primary key check (kind in ('consoles', 'files', 'samples')),
	mark bigint not null default 0 check (mark >= 0),
	removed bigint not null default 0 check (removed >= 0),
	freed_bytes bigint not null default 0 check (freed_bytes >= 0),
	removed_at timestamptz
);
comment on table retention is 'What has been removed for its age or for want of room, by kind.';
comment on column retention.kind is 'consoles: with build logs; samples: counters by the second, and the stream that brought them; files: blobs.';
comment on column retention.mark is 'Attempts up to this one have been seen to; unused for files.';
comment on column retention.removed is 'Attempts whose consoles or samples went; files that went.';
comment on column retention.freed_bytes is 'What they had, as they came (they are kept deflated).';
comment on column retention.removed_at is 'When something went last; null: never.';
insert into retention (kind) values ('consoles'), ('files'), ('samples');

create function retention_holds(kind text, stream text) returns boolean
language sql immutable parallel safe as $$ select ($1 = 'samples') = ($2 = 'samples') $$;
comment on function retention_holds(text, text) is 'Whether a stream goes with this kind.';

-- An attempt with a report is a bug's evidence. One that runs, or whose streams or numbers have not been read to their end, stops the
-- pass: it is seen to when it is done.
create function retention_attempts(kind text, after bigint, days integer, many integer)
returns table (attempt_id bigint, claimed_at timestamptz, is_evidence boolean, bytes bigint)
language sql stable as $$
	with next as materialized (
		select a.id, a.claimed_at, a.state <> 'running' and coalesce(a.ended_at, a.claimed_at) < now() - make_interval(days => $3)
			and not exists (select from work_item w where w.attempt_id = a.id and w.retry_at < 'infinity')
			and not exists (
				select from stream s
				where s.attempt_id = a.id and s.name <> 'build' and s.reader_retry_at is distinct from 'infinity'
					and (s.read_bytes < s.size_bytes or (s.is_complete and not s.is_read))) as is_due
		from attempt a
		where a.id > $2
		order by a.id
		limit $4
	)
	select n.id, n.claimed_at, exists (select from occurrence o where o.attempt_id = n.id and o.claimed_at = n.claimed_at),
		(select coalesce(sum(s.size_bytes), 0)::bigint from stream s where s.attempt_id = n.id and s.removed_at is null and retention_holds($1, s.name))
	from next n
	where n.id < coalesce((select min(id) from next where not is_due), 9223372036854775807)
	order by n.id
$$;
comment on function retention_attempts(text, bigint, integer, integer) is 'Of the attempts behind one, at most so many, those that ended before so many days, in their order up to the first that is not done: whether a report was found in it, and what of this kind is here.';

-- A blob stays while anything needs it: a patch (what was tested is never forgotten), an attempt with a report or of the last days, a
-- prebuilt kernel with such an attempt, with a job, or with which a machine is checked.
create function blob_is_needed(sha256 text) returns boolean
language sql stable as $$
	select exists (select from revision_patch p where p.sha256 = $1)
		or exists (
			select from attempt_artifact f join attempt a on a.id = f.attempt_id
			where f.sha256 = $1 and (a.state = 'running' or a.claimed_at > now() - interval '7 days'
				or exists (select from occurrence o where o.attempt_id = a.id and o.claimed_at = a.claimed_at)))
		or exists (
			select from revision r join job j on j.revision_id = r.id
			where (r.image_sha256 = $1 or r.modules_sha256 = $1) and (j.state in ('queued', 'leased', 'running') or exists (
				select from attempt a
				where a.job_id = j.id and (a.claimed_at > now() - interval '7 days'
					or exists (select from occurrence o where o.attempt_id = a.id and o.claimed_at = a.claimed_at)
					or exists (select from machine m where m.golden_attempt_id = a.id)))))
$$;
comment on function blob_is_needed(text) is 'Whether a file may not be removed for want of room.';

create function page_removed(removed_at timestamptz, since timestamptz) returns json
language sql stable parallel safe as $$
	select case when $1 is not null then json_build_object('after', page_counted(round(extract(epoch from $1 - $2) / 86400)::bigint, 'day', 'days'), 'when', page_time($1)) end
$$;
comment on function page_removed(timestamptz, timestamptz) is 'When retention removed something, and how old it was then; null: it is here.';
