-- Atom feeds: what an entry is called must stay the same wherever the site moves to.

create table site (
	is_it boolean primary key default true check (is_it),
	id uuid not null default gen_random_uuid()
);
comment on table site is 'This site: one row.';
comment on column site.is_it is 'Always true, so that there is one row.';
comment on column site.id is 'Names the site where its address may change: the namespace of its feeds'' ids.';
insert into site default values;

-- RFC 4122, version 3.
create function feed_id(name text) returns text
language plpgsql stable as $$ begin -- so that its plan is kept
	return (select 'urn:uuid:' || encode(set_byte(set_byte(h, 6, get_byte(h, 6) & 15 | 48), 8, get_byte(h, 8) & 63 | 128), 'hex')::uuid
	from (select decode(md5(uuid_send(id) || convert_to($1, 'UTF8')), 'hex') as h from site) x);
end $$;
comment on function feed_id(text) is 'The permanent id of a feed or an entry, "bug/7".';

create function feed_time(at timestamptz) returns text
language sql stable parallel safe as $$ select to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') $$;
comment on function feed_time(timestamptz) is 'An instant as RFC 4287 has it.';

create function feed_text(value text) returns text
language sql immutable parallel safe as $$ select regexp_replace($1, '[\u0001-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]', '?', 'g') $$;
comment on function feed_text(text) is 'A text without the characters that XML cannot carry.';

create function feed(name text, title text, self text, page text, since timestamptz, entries json, updated timestamptz) returns json
language sql stable as $$
	select json_build_object('id', feed_id(name), 'title', title, 'self', self, 'page', page, 'updated', feed_time(coalesce(updated, since)),
		'modified', to_char(date_trunc('second', coalesce(updated, since)) at time zone 'UTC', 'Dy, DD Mon YYYY HH24:MI:SS "GMT"'), 'entries', entries)
$$;
comment on function feed(text, text, text, text, timestamptz, json, timestamptz) is 'What the template of a feed wants: its permanent name, title, own address, the page it belongs to, when it began, its entries, the newest entry''s instant (null: it has none).';
