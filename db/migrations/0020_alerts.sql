-- What people are told. A stage decides that something is to be told (alert) and in the same transaction for whom (delivery:
-- the outbox); another sends. Nothing is told twice, since a bug has one alert of each kind, and a machine or a queue one that has not ended.

create table alert (
	id bigint generated always as identity primary key,
	kind text not null check (kind in ('bug_new', 'bug_again', 'machine_lost', 'queue_stuck')),
	thread text not null check (length(thread) between 1 and 200),
	severity text not null check (severity in ('low', 'medium', 'high')),
	title text not null,
	bug_id bigint references bug (id) on delete set null,
	machine_id bigint references machine (id),
	arch text,
	paths text[] not null default '{}',
	at timestamptz not null default now(),
	ended_at timestamptz,
	acknowledged_at timestamptz,
	assignee text check (length(assignee) between 1 and 200)
);
create unique index alert_bug on alert (bug_id, kind) where bug_id is not null;
create unique index alert_lasting on alert (kind, thread) where kind in ('machine_lost', 'queue_stuck') and ended_at is null;
create index alert_thread on alert (thread, id);
comment on table alert is 'Something that people should know.';
comment on column alert.id is 'Key.';
comment on column alert.kind is 'bug_new: not seen before; bug_again: seen on a revision that has its fix; machine_lost: an active machine is silent; queue_stuck: jobs wait and nobody takes them.';
comment on column alert.thread is 'What is one matter to its readers: bug:7, machine:3, queue:arm64. Mails of one thread answer the first; muting is of a thread.';
comment on column alert.severity is 'low, medium or high.';
comment on column alert.title is 'One line.';
comment on column alert.bug_id is 'The bug; null: of none, or a reader took it back.';
comment on column alert.machine_id is 'The machine.';
comment on column alert.arch is 'The queue.';
comment on column alert.paths is 'Source files that its report names.';
comment on column alert.at is 'When it was decided.';
comment on column alert.ended_at is 'The machine is back, the queue moves; null: it lasts, or is nothing that ends by itself.';
comment on column alert.acknowledged_at is 'Somebody has seen it; digests leave it out from then on.';
comment on column alert.assignee is 'Who sees to it.';

create table alert_place (
	alert_id bigint not null references alert (id) on delete cascade,
	tree_id bigint not null references tree (id),
	profile_id bigint not null references profile (id),
	attempt_id bigint not null references attempt (id),
	primary key (alert_id, tree_id, profile_id)
);
create index alert_place_tree on alert_place (tree_id, alert_id);
create index alert_place_profile on alert_place (profile_id, alert_id);
comment on table alert_place is 'Where an alert was seen when it was decided: one alert, however many profiles.';
comment on column alert_place.alert_id is 'The alert.';
comment on column alert_place.tree_id is 'A tree.';
comment on column alert_place.profile_id is 'A profile.';
comment on column alert_place.attempt_id is 'The first attempt there that showed it.';

create table alert_history (
	id bigint generated always as identity primary key,
	alert_id bigint not null references alert (id) on delete cascade,
	at timestamptz not null default now(),
	token_id bigint references token (id),
	action text not null check (action in ('acknowledge', 'assign', 'mute', 'unmute')),
	detail text not null default '',
	note text not null default '' check (length(note) <= 2000)
);
create index alert_history_alert on alert_history (alert_id, id);
comment on table alert_history is 'What people did about an alert.';
comment on column alert_history.id is 'Key, and order.';
comment on column alert_history.alert_id is 'The alert.';
comment on column alert_history.at is 'When.';
comment on column alert_history.token_id is 'Who.';
comment on column alert_history.action is 'acknowledge, assign, mute, unmute.';
comment on column alert_history.detail is 'To whom; until when.';
comment on column alert_history.note is 'What the person wrote.';

create table alert_mute (
	thread text primary key check (length(thread) between 1 and 200),
	until timestamptz not null
);
comment on table alert_mute is 'Threads of which nobody wants to hear for a time: their alerts are made and shown, and sent to nobody.';
comment on column alert_mute.thread is 'The thread.';
comment on column alert_mute.until is 'Until when; infinity: for ever.';

create table alert_item (
	bug_id bigint primary key references bug (id) on delete cascade,
	kind text not null check (kind in ('bug_new', 'bug_again')),
	queued_at timestamptz not null default now()
);
comment on table alert_item is 'Bugs that are to be told of; the stage that decides removes the row in the transaction that did it.';
comment on column alert_item.bug_id is 'The bug.';
comment on column alert_item.kind is 'The alert that it is to be.';
comment on column alert_item.queued_at is 'Since when.';

create table subscription (
	id bigint generated always as identity primary key,
	name text not null unique check (name ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$'),
	version integer not null default 1 check (version > 0),
	state text not null default 'active' check (state in ('active', 'paused')),
	channel text not null check (channel in ('mail')),
	target text not null check (length(target) between 3 and 2048),
	kinds text[] not null default '{}' check (kinds <@ array['bug_new', 'bug_again', 'machine_lost', 'queue_stuck']),
	tree_id bigint references tree (id),
	profile_id bigint references profile (id),
	path text check (length(path) between 1 and 200),
	severity text not null default 'low' check (severity in ('low', 'medium', 'high')),
	digest_hours integer not null default 0 check (digest_hours between 0 and 168),
	is_public boolean not null default false,
	has_regzbot boolean not null default false,
	token_id bigint references token (id),
	paused_why text,
	created_at timestamptz not null default now()
);
comment on table subscription is 'Who is told of what, and how.';
comment on column subscription.id is 'Key.';
comment on column subscription.name is 'What people call it.';
comment on column subscription.version is 'Goes up with each change, so that two people do not undo each other''s.';
comment on column subscription.state is 'active; paused: nothing is sent.';
comment on column subscription.channel is 'How: mail.';
comment on column subscription.target is 'Where: an address. Shown to nobody in full.';
comment on column subscription.kinds is 'Only these kinds of alert; empty: all.';
comment on column subscription.tree_id is 'Only what was seen in this tree.';
comment on column subscription.profile_id is 'Only what was seen under this profile.';
comment on column subscription.path is 'Only what names a source file below this path.';
comment on column subscription.severity is 'Only what is at least so severe.';
comment on column subscription.digest_hours is 'Gathered for so long and sent in one; 0: each at once.';
comment on column subscription.is_public is 'A public list: a person approves each message.';
comment on column subscription.has_regzbot is 'Mails of bugs have the lines that regzbot reads.';
comment on column subscription.token_id is 'Who made it.';
comment on column subscription.paused_why is 'Why it was paused by itself.';
comment on column subscription.created_at is 'When.';

create table delivery (
	id bigint generated always as identity primary key,
	subscription_id bigint not null references subscription (id),
	is_digest boolean not null default false,
	state text not null default 'waiting' check (state in ('waiting', 'draft', 'sent', 'given_up', 'rejected', 'empty')),
	thread text,
	due_at timestamptz not null default now(),
	tries integer not null default 0,
	error text,
	subject text,
	content text,
	message_id text unique,
	in_reply_to text,
	decided_by bigint references token (id),
	created_at timestamptz not null default now(),
	sent_at timestamptz
);
create index delivery_due on delivery (due_at) where state = 'waiting';
create index delivery_thread on delivery (subscription_id, thread, id);
create unique index delivery_gathering on delivery (subscription_id) where is_digest and content is null and state = 'waiting';
comment on table delivery is 'The outbox: one message to one subscription. Written with the alert, delivered at least once.';
comment on column delivery.id is 'Key.';
comment on column delivery.subscription_id is 'To whom.';
comment on column delivery.is_digest is 'It gathers alerts until it is due.';
comment on column delivery.state is 'waiting: to be written or sent; draft: a person is to approve it; sent; given_up: tried too often, or refused for good; rejected by a person; empty: all it was to tell has been acknowledged or muted meanwhile.';
comment on column delivery.thread is 'The alert''s thread; null for digests.';
comment on column delivery.due_at is 'Not before this.';
comment on column delivery.tries is 'How often it was tried.';
comment on column delivery.error is 'What the other side said the last time.';
comment on column delivery.subject is 'Subject, when it has been written.';
comment on column delivery.content is 'The message as it goes out; each try sends the same.';
comment on column delivery.message_id is 'Message-ID, without <>.';
comment on column delivery.in_reply_to is 'Message-ID of the thread''s first message to the same subscription.';
comment on column delivery.decided_by is 'Who approved or rejected it.';
comment on column delivery.created_at is 'When it was decided.';
comment on column delivery.sent_at is 'When the other side took it.';

create table delivery_alert (
	delivery_id bigint not null references delivery (id) on delete cascade,
	alert_id bigint not null references alert (id) on delete cascade,
	primary key (delivery_id, alert_id)
);
create index delivery_alert_alert on delivery_alert (alert_id);
comment on table delivery_alert is 'What a delivery tells.';
comment on column delivery_alert.delivery_id is 'The delivery.';
comment on column delivery_alert.alert_id is 'The alert.';

create function severity_rank(severity text) returns integer
language sql immutable parallel safe as $$
	select case $1 when 'low' then 1 when 'medium' then 2 else 3 end
$$;
comment on function severity_rank(text) is 'Order of severities.';

create function alert_is_muted(thread text) returns boolean
language sql stable parallel safe as $$
	select exists (select from alert_mute m where m.thread = $1 and m.until > now())
$$;
comment on function alert_is_muted(text) is 'Nobody wants to hear of it now.';

-- Reports that end a test are more than warnings.
create function alert_severity(type text) returns text
language sql immutable parallel safe as $$
	select case when $1 in ('WARNING', 'LOCKDEP', 'ATOMIC_SLEEP', 'MEMORY_LEAK', 'LEAK') then 'medium' else 'high' end
$$;
comment on function alert_severity(text) is 'How severe a bug of this type is.';

-- A bug that came back tells in the thread of the one it was.
create function alert_bug_root(bug_id bigint) returns bigint
language sql stable parallel safe as $$
	with recursive back as (
		select b.id, b.previous_id from bug b where b.id = $1
		union all
		select b.id, b.previous_id from back join bug b on b.id = back.previous_id
	)
	select id from back where previous_id is null
$$;
comment on function alert_bug_root(bigint) is 'The first of the bugs that follow each other.';

-- The outbox: what these alerts are to whom. Digests gather in one delivery that is not written yet.
create function alert_deliver(alerts bigint[]) returns bigint
language sql as $$
	with wanted as (
		select a.id as alert_id, a.thread, s.id as subscription_id, s.digest_hours
		from alert a join subscription s on s.state = 'active'
			and (s.kinds = '{}' or a.kind = any (s.kinds))
			and severity_rank(a.severity) >= severity_rank(s.severity)
			and (s.path is null or exists (select from unnest(a.paths) p where starts_with(p, s.path)))
			and ((s.tree_id is null and s.profile_id is null) or exists (
				select from alert_place l where l.alert_id = a.id and l.tree_id = coalesce(s.tree_id, l.tree_id) and l.profile_id = coalesce(s.profile_id, l.profile_id)))
		where a.id = any ($1) and not alert_is_muted(a.thread)
	), single as (
		insert into delivery (subscription_id, thread) select subscription_id, thread from wanted where digest_hours = 0
		returning id, subscription_id, thread
	), gathering as (
		insert into delivery (subscription_id, is_digest, due_at)
		select subscription_id, true, now() + digest_hours * interval '1 hour' from wanted where digest_hours > 0 group by subscription_id, digest_hours
		on conflict (subscription_id) where is_digest and content is null and state = 'waiting' do update set due_at = delivery.due_at
		returning id, subscription_id
	), told as (
		insert into delivery_alert (delivery_id, alert_id)
		select s.id, w.alert_id from wanted w join single s on s.subscription_id = w.subscription_id and s.thread = w.thread where w.digest_hours = 0
		union
		select g.id, w.alert_id from wanted w join gathering g on g.subscription_id = w.subscription_id where w.digest_hours > 0
		returning alert_id
	)
	select count(*) from told
$$;
comment on function alert_deliver(bigint[]) is 'Writes the deliveries of new alerts, in the transaction that made them; answers how many.';

-- What a message is written from, and what a webhook gets. The report is that of the first attempt.
create function alert_payload(alert_id bigint, base text) returns jsonb
language sql stable parallel safe as $$
	select jsonb_strip_nulls(jsonb_build_object(
		'id', a.id, 'kind', a.kind, 'severity', a.severity, 'title', a.title, 'thread', a.thread, 'url', $2 || '/alerts/' || a.id,
		'at', to_char(a.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'ended_at', to_char(a.ended_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
		'acknowledged_at', to_char(a.acknowledged_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'assignee', a.assignee, 'is_muted', alert_is_muted(a.thread),
		'bug', (select jsonb_build_object('id', b.id, 'url', $2 || '/bugs/' || b.id, 'title', b.title, 'type', nullif(b.type, ''), 'state', b.state, 'previous', b.previous_id,
				'fix', (select f.title from bug_fix f where f.bug_id = b.previous_id order by f.tree_id nulls first limit 1),
				'attempts', (select sum(y.attempts) from bug_tally y where y.bug_id = b.id))
			from bug b where b.id = a.bug_id),
		'machine', (select jsonb_build_object('name', m.name, 'url', $2 || '/machines/' || m.name, 'arch', m.arch,
				'seen_at', to_char(m.seen_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')) from machine m where m.id = a.machine_id),
		'queue', case when a.arch is not null then jsonb_build_object('arch', a.arch, 'url', $2 || '/queue') end,
		'places', (select jsonb_agg(jsonb_build_object('tree', t.name, 'profile', p.name, 'attempt', l.attempt_id, 'attempt_url', $2 || '/attempts/' || l.attempt_id) order by t.name, p.name)
			from alert_place l join tree t on t.id = l.tree_id join profile p on p.id = l.profile_id where l.alert_id = a.id),
		'report', (
			select jsonb_build_object('tree', t.name, 'git', t.url, 'branch', t.branch, 'commit', c.sha, 'subject', c.subject, 'is_patched', not l.is_plain,
				'profile', p.name, 'arch', p.arch, 'fs', p.fs, 'block_size', p.block_size, 'page_size', p.page_size, 'config', p.config, 'workload', p.workload,
				'kernel', e.kernel_release, 'accel', e.accel, 'machine', m.name, 'compiler', m.compiler_version, 'attempt', e.id,
				'console_url', $2 || '/attempts/' || e.id || '/console#b' || o.start_byte, 'text', o.report ->> 'text',
				'last_good', case when l.is_plain then (
					select jsonb_build_object('commit', g.sha, 'subject', g.subject)
					from tree_commit tc join revision r on r.tree_id = tc.tree_id and r.commit_id = tc.commit_id and r.is_plain
						join job j on j.revision_id = r.id and j.profile_id = l.profile_id join attempt x on x.job_id = j.id and x.result = 'clean'
						join commit g on g.id = tc.commit_id
					where tc.tree_id = l.tree_id and tc.ordinal < l.ordinal order by tc.ordinal desc limit 1) end)
			from alert_place f join attempt_place l on l.attempt_id = f.attempt_id join attempt e on e.id = f.attempt_id
				join occurrence o on o.attempt_id = e.id and o.claimed_at = e.claimed_at and o.bug_id = a.bug_id
				join tree t on t.id = l.tree_id join commit c on c.id = l.commit_id join profile p on p.id = l.profile_id join machine m on m.id = e.machine_id
			where f.alert_id = a.id order by f.attempt_id, o.start_byte limit 1)))
	from alert a where a.id = $1
$$;
comment on function alert_payload(bigint, text) is 'All of an alert that is told: for messages, webhooks and the API. The second argument is what addresses begin with.';

-- Readers see who is told only so far as it helps: reading is open, and an address is nobody else''s business.
create function subscription_shown(channel text, target text) returns text
language sql immutable parallel safe as $$
	select case $1 when 'mail' then left($2, 1) || '…@' || split_part($2, '@', 2) else substring($2 from '^[a-z]+://[^/?#]+') || '/…' end
$$;
comment on function subscription_shown(text, text) is 'A target as pages show it: a mail address without its name, of a URL scheme and host.';

create view delivery_shown as
select d.id as delivery_id, d.subscription_id, d.state, d.thread, jsonb_build_object('id', d.id, 'url', '/deliveries/' || d.id, 'subscription', s.name, 'subscription_url', '/subscriptions/' || s.id,
	'channel', s.channel, 'target', subscription_shown(s.channel, s.target), 'is_digest', d.is_digest, 'state', d.state, 'tries', d.tries, 'error', d.error, 'subject', d.subject,
	'message_id', d.message_id, 'in_reply_to', d.in_reply_to, 'alerts', (select coalesce(jsonb_agg(x.alert_id order by x.alert_id), '[]') from delivery_alert x where x.delivery_id = d.id),
	'created_at', to_char(d.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'due_at', case when d.state = 'waiting' then to_char(d.due_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') end,
	'sent_at', to_char(d.sent_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')) as shown
from delivery d join subscription s on s.id = d.subscription_id;
comment on view delivery_shown is 'What the API says of each delivery, without its content.';

create view subscription_told as
select s.id as subscription_id, jsonb_build_object('id', s.id, 'url', '/subscriptions/' || s.id, 'name', s.name, 'version', s.version, 'state', s.state, 'paused_why', s.paused_why, 'channel', s.channel,
	'target', subscription_shown(s.channel, s.target), 'kinds', s.kinds, 'tree', t.name, 'profile', p.name, 'path', s.path, 'severity', s.severity,
	'digest_hours', s.digest_hours, 'public', s.is_public, 'regzbot', s.has_regzbot, 'by', k.name,
	'created_at', to_char(s.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')) as shown
from subscription s left join tree t on t.id = s.tree_id left join profile p on p.id = s.profile_id left join token k on k.id = s.token_id;
comment on view subscription_told is 'What the API says of each subscription.';

create function page_severity(severity text, ended_at timestamptz, acknowledged_at timestamptz) returns json
language sql immutable parallel safe as $$
	select case
		when $2 is not null then json_build_object('word', 'over', 'mark', '✓', 'class', 'good')
		when $3 is not null then json_build_object('word', 'acknowledged', 'mark', '–', 'class', 'idle')
		when $1 = 'high' then json_build_object('word', 'high', 'mark', '✗', 'class', 'bad')
		else json_build_object('word', $1, 'mark', '!', 'class', 'warn') end
$$;
comment on function page_severity(text, timestamptz, timestamptz) is 'Word, mark and class of an alert.';

create function page_delivery_status(state text, tries integer) returns json
language sql immutable parallel safe as $$
	select case
		when $1 = 'sent' then '{"word": "sent", "mark": "✓", "class": "good"}'
		when $1 = 'draft' then '{"word": "draft", "mark": "!", "class": "warn"}'
		when $1 = 'given_up' then '{"word": "given up", "mark": "✗", "class": "bad"}'
		when $1 = 'rejected' then '{"word": "rejected", "mark": "–", "class": "idle"}'
		when $1 = 'empty' then '{"word": "nothing left to tell", "mark": "–", "class": "idle"}'
		when $2 > 0 then '{"word": "failed, tried again", "mark": "!", "class": "warn"}'
		else '{"word": "waiting", "mark": "…", "class": "idle"}' end::json
$$;
comment on function page_delivery_status(text, integer) is 'Word, mark and class of a delivery.';

create function alert_kind_words(kind text) returns text
language sql immutable parallel safe as $$
	select case $1 when 'bug_new' then 'new bug' when 'bug_again' then 'seen again after its fix' when 'machine_lost' then 'machine lost' when 'queue_stuck' then 'queue stuck' else $1 end
$$;
comment on function alert_kind_words(text) is 'A kind of alert for people.';
