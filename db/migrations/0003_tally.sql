-- Counts of attempts, kept per revision and profile, so that a page that judges a bug over hundreds of commits adds up
-- cells and not attempts. The two views say what the counts are; the tables are what they answered when something of a
-- cell last changed. The background stages count a cell anew, never on: so counting it twice changes nothing.

create view tally_now as
select j.revision_id, j.profile_id, count(*)::integer as attempts, count(a.exposure)::integer as known, sum(a.exposure)::bigint as exposure
from job j join attempt a on a.job_id = j.id
where a.state = 'done'
group by j.revision_id, j.profile_id;
comment on view tally_now is 'What tally holds, counted from the attempts themselves.';

create table tally (
	revision_id bigint not null references revision (id),
	profile_id bigint not null references profile (id),
	attempts integer not null check (attempts > 0),
	known integer not null check (known between 0 and attempts),
	exposure bigint check (exposure >= 0),
	primary key (revision_id, profile_id),
	check ((known > 0) = (exposure is not null))
);
comment on table tally is 'Attempts that ended with a kernel''s result, per revision and profile: the denominator of rates.';
comment on column tally.revision_id is 'The revision.';
comment on column tally.profile_id is 'The profile.';
comment on column tally.attempts is 'Attempts that are done.';
comment on column tally.known is 'Those of them whose exposure is known: the others enter no rate.';
comment on column tally.exposure is 'What these tried together; null: none is known.';

-- An attempt counts for a bug with what it had tried at the bug's first report, where that is known. `whole` is what the
-- same attempts stand for in tally: attempts of the cell = tally - whole + bug_tally.
create view bug_tally_now as
select bug_id, revision_id, profile_id, count(*)::integer as attempts, sum(times)::integer as occurrences, max(claimed_at) as last_at,
	count(*) filter (where is_done)::integer as done, count(coalesce(until_report, exposure)) filter (where is_done)::integer as known,
	coalesce(sum(coalesce(until_report, exposure)) filter (where is_done), 0)::bigint as exposure,
	count(exposure) filter (where is_done)::integer as whole_known, coalesce(sum(exposure) filter (where is_done), 0)::bigint as whole_exposure
from (
	select o.bug_id, j.revision_id, j.profile_id, a.id, a.claimed_at, a.exposure, a.state = 'done' as is_done, count(*) as times, min(o.exposure) as until_report
	from job j join attempt a on a.job_id = j.id join occurrence o on o.attempt_id = a.id and o.claimed_at = a.claimed_at
	group by o.bug_id, j.revision_id, j.profile_id, a.id
) hit
group by bug_id, revision_id, profile_id;
comment on view bug_tally_now is 'What bug_tally holds, counted from attempts and occurrences themselves.';

create table bug_tally (
	bug_id bigint not null references bug (id) on delete cascade,
	revision_id bigint not null references revision (id),
	profile_id bigint not null references profile (id),
	attempts integer not null check (attempts > 0),
	occurrences integer not null check (occurrences >= attempts),
	last_at timestamptz not null,
	done integer not null check (done between 0 and attempts),
	known integer not null check (known between 0 and done),
	exposure bigint not null check (exposure >= 0),
	whole_known integer not null check (whole_known between 0 and known),
	whole_exposure bigint not null check (whole_exposure >= 0),
	primary key (bug_id, revision_id, profile_id)
);
create index bug_tally_revision on bug_tally (revision_id, profile_id);
comment on table bug_tally is 'Attempts in which a bug occurred, per revision and profile.';
comment on column bug_tally.bug_id is 'The bug.';
comment on column bug_tally.revision_id is 'The revision.';
comment on column bug_tally.profile_id is 'The profile.';
comment on column bug_tally.attempts is 'Attempts with it, whatever they ended with.';
comment on column bug_tally.occurrences is 'Its reports in them.';
comment on column bug_tally.last_at is 'Claim time of the newest of them.';
comment on column bug_tally.done is 'Those of them that ended with a kernel''s result.';
comment on column bug_tally.known is 'Those of these of which is known how much they had tried at the first report, or else in all.';
comment on column bug_tally.exposure is 'That much, together.';
comment on column bug_tally.whole_known is 'Those that are done and whose own exposure is known, as tally counts them.';
comment on column bug_tally.whole_exposure is 'What these tried in all, as tally counts it.';

insert into tally (revision_id, profile_id, attempts, known, exposure)
select revision_id, profile_id, attempts, known, exposure from tally_now;
insert into bug_tally (bug_id, revision_id, profile_id, attempts, occurrences, last_at, done, known, exposure, whole_known, whole_exposure)
select bug_id, revision_id, profile_id, attempts, occurrences, last_at, done, known, exposure, whole_known, whole_exposure from bug_tally_now;

-- Both call to_char, which is stable: as immutable functions they were never inlined, and one within the other was
-- planned anew at every call.
alter function page_number(double precision) stable;
alter function page_count(bigint) stable;
