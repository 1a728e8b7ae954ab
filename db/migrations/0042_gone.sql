-- Bugs that are gone: silence behind the last commit that had one, in work enough to say so. People are told once.

create table gone_item (
	tree_id bigint primary key references tree (id) on delete cascade,
	queued_at timestamptz not null default now()
);
comment on table gone_item is 'Trees of which something was counted since it was last looked whether their bugs are gone; the stage removes the row in the transaction that looked.';
comment on column gone_item.tree_id is 'The tree.';
comment on column gone_item.queued_at is 'Since when.';

create table bug_gone (
	bug_id bigint not null references bug (id) on delete cascade,
	tree_id bigint not null references tree (id) on delete cascade,
	last_id bigint not null references commit (id),
	first_id bigint not null references commit (id),
	exposure bigint not null check (exposure >= 0),
	due double precision not null check (due >= 0),
	chance double precision not null check (chance between 0 and 1),
	noted_at timestamptz not null default now(),
	alert_id bigint references alert (id) on delete set null,
	primary key (bug_id, tree_id)
);
create index bug_gone_alert on bug_gone (alert_id);
comment on table bug_gone is 'Bugs that are fixed on a tree as far as numbers can say (verdict_is_told), whatever people have said.';
comment on column bug_gone.bug_id is 'The bug.';
comment on column bug_gone.tree_id is 'The tree.';
comment on column bug_gone.last_id is 'The last commit of its line on which it was seen.';
comment on column bug_gone.first_id is 'The first commit behind that which was tried.';
comment on column bug_gone.exposure is 'Migrations tried behind, under profiles that had it.';
comment on column bug_gone.due is 'Occurrences that were due in these at the old rate.';
comment on column bug_gone.chance is 'How sure it is that it comes at a tenth of the old rate or less.';
comment on column bug_gone.noted_at is 'When that was first so.';
comment on column bug_gone.alert_id is 'The alert that told of it.';

alter table alert
	drop constraint alert_kind_check,
	add constraint alert_kind_check check (kind in ('bug_new', 'bug_again', 'bug_fixed', 'machine_lost', 'machine_bad', 'queue_stuck', 'change_confirmed', 'change_fixed'));
comment on column alert.kind is 'bug_new: not seen before; bug_again: seen on a revision that has its fix; bug_fixed: not seen any more, in work enough to tell; machine_lost: an active machine is silent; machine_bad: one was taken out, since its attempts fail; queue_stuck: jobs wait and nobody takes them; change_confirmed: a series moved, and attempts of both sides in turn show it; change_fixed: it moved back, shown likewise.';
alter table subscription
	drop constraint subscription_kinds_check,
	add constraint subscription_kinds_check check (kinds <@ array['bug_new', 'bug_again', 'bug_fixed', 'machine_lost', 'machine_bad', 'queue_stuck', 'change_confirmed', 'change_fixed']);

create or replace function alert_kind_words(kind text) returns text
language sql immutable parallel safe as $$
	select case $1 when 'bug_new' then 'new bug' when 'bug_again' then 'seen again after its fix' when 'bug_fixed' then 'bug fixed' when 'machine_lost' then 'machine lost'
		when 'machine_bad' then 'machine taken out' when 'queue_stuck' then 'queue stuck' when 'change_confirmed' then 'change confirmed' when 'change_fixed' then 'change fixed' else $1 end
$$;

alter function alert_payload(bigint, text) rename to alert_payload_moved;
comment on function alert_payload_moved(bigint, text) is 'alert_payload without what is gone.';
create function alert_payload(alert_id bigint, base text) returns jsonb
language plpgsql stable parallel safe as $$
begin
	return alert_payload_moved($1, $2) || coalesce((
		select jsonb_build_object('gone', jsonb_build_object('tree', t.name, 'last_bad', l.sha, 'last_bad_subject', l.subject, 'first_good', f.sha, 'first_good_subject', f.subject,
			'exposure', g.exposure, 'due', g.due, 'chance', g.chance, 'tried_text', page_count(g.exposure), 'due_text', page_number(g.due), 'url', $2 || '/bugs/' || g.bug_id || '/verdict?tree=' || t.name))
		from bug_gone g join tree t on t.id = g.tree_id join commit l on l.id = g.last_id join commit f on f.id = g.first_id
		where g.alert_id = $1 order by g.tree_id limit 1), '{}');
end $$;
comment on function alert_payload(bigint, text) is 'All of an alert that is told: for messages, webhooks and the API. The second argument is what addresses begin with.';
