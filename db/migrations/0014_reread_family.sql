-- Reading again respects what persons decided: families of trees in previews, and the bugs that rules name.

alter table reread_title
	add family text not null default 'linux',
	drop constraint reread_title_pkey,
	add primary key (reread_id, family, title);
alter table reread_title alter column family drop default;
comment on column reread_title.family is 'The family of the trees whose reports it would lead: a title leads to one bug in each.';

create or replace function bug_is_untouched(bug_id bigint) returns boolean
language sql stable as $$
	select b.state in ('new', 'reopened')
		and not exists (select from bug_history h where h.bug_id = b.id and (h.token_id is not null or h.action not in ('reopened')))
		and not exists (select from bug o where o.duplicate_of = b.id or o.previous_id = b.id)
		and not exists (select from bug_pin p where p.bug_id = b.id)
		and not exists (select from bug_title t where t.bug_id = b.id and t.source = 'person')
		and not exists (select from rule r where r.bug_id = b.id)
	from bug b where b.id = $1
$$;
create index rule_bug on rule (bug_id) where bug_id is not null;
