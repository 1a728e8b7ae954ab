-- Reading consoles again: every pass of `faultline-server reread`, what it found to read otherwise than before, and how far it came.

create table reread (
	id bigint generated always as identity primary key,
	is_applied boolean not null,
	reader_version integer not null,
	actor text not null,
	only_attempt_id bigint,
	since timestamptz,
	is_all boolean not null,
	started_at timestamptz not null default now(),
	ended_at timestamptz,
	last_attempt_id bigint not null default 0,
	consoles bigint not null default 0,
	changed bigint not null default 0,
	rewritten bigint not null default 0
);
comment on table reread is 'Passes over old consoles with a newer reader. Those that were applied stay for ever, of the previews the last one.';
comment on column reread.id is 'Key.';
comment on column reread.is_applied is 'false: a preview, which only says what would change.';
comment on column reread.reader_version is 'Version of the reader that read.';
comment on column reread.actor is 'Who began it: account and host.';
comment on column reread.only_attempt_id is 'Only this attempt was asked for; null: any.';
comment on column reread.since is 'Only attempts claimed since then were asked for; null: any.';
comment on column reread.is_all is 'Consoles that this very version has read were asked for too.';
comment on column reread.started_at is 'When it began.';
comment on column reread.ended_at is 'When it had come through; null: under way, or it was stopped and goes on when it is begun again.';
comment on column reread.last_attempt_id is 'It has come as far as this attempt.';
comment on column reread.consoles is 'Consoles read.';
comment on column reread.changed is 'Of these, with reports that appear, vanish, or read otherwise in title or bug.';
comment on column reread.rewritten is 'Reports of which only details (frames, text, version) differ.';

create table reread_change (
	reread_id bigint not null references reread (id) on delete cascade,
	attempt_id bigint not null,
	start_byte bigint not null,
	kind text not null check (kind in ('added', 'removed', 'retitled', 'moved')),
	old_title text,
	new_title text,
	old_bug_id bigint,
	new_bug_id bigint,
	new_bug text,
	primary key (reread_id, attempt_id, start_byte),
	check ((kind = 'added') = (old_title is null)),
	check ((kind = 'removed') = (new_title is null))
);
create index reread_change_attempt on reread_change (attempt_id);
comment on table reread_change is 'One report that reads otherwise: the history of occurrences that were read again.';
comment on column reread_change.reread_id is 'The pass.';
comment on column reread_change.attempt_id is 'The attempt.';
comment on column reread_change.start_byte is 'Where the report begins in its console.';
comment on column reread_change.kind is 'added: was none before; removed: is none any more; retitled: has another title; moved: the same title, another bug.';
comment on column reread_change.old_title is 'Title before; null when added.';
comment on column reread_change.new_title is 'Title now; null when removed.';
comment on column reread_change.old_bug_id is 'Bug before; it may be gone since.';
comment on column reread_change.new_bug_id is 'Bug now; null when removed, and in a preview for a bug that does not exist yet.';
comment on column reread_change.new_bug is 'Title under which a bug is, or would be, made for it; null: none is made.';

create table reread_title (
	reread_id bigint not null references reread (id) on delete cascade,
	title text not null,
	bug_id bigint,
	new_bug text,
	primary key (reread_id, title),
	check ((bug_id is null) <> (new_bug is null))
);
comment on table reread_title is 'Titles that bugs would get in a preview: bug_title as it would be. Emptied when the preview ends.';
comment on column reread_title.reread_id is 'The preview.';
comment on column reread_title.title is 'A title that no bug has yet.';
comment on column reread_title.bug_id is 'The bug that would get it …';
comment on column reread_title.new_bug is '… or the title of the bug that would be made.';

create index stream_reader on stream (reader_version) where name = 'console';
