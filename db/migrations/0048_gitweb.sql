-- Frames of reports link into gitweb too.
create or replace function page_source(web_url text, sha text, file text, line bigint) returns text
language sql stable parallel safe as $$
	select case
		when web_url is null or file is null or file !~ '^[A-Za-z0-9_][A-Za-z0-9_./+-]*$' then null
		when web_url ~ '/commit/\?(h=[^&]*&)?id=$' then regexp_replace(web_url, '/commit/\?(h=[^&]*&)?id=$', '/tree/') || file || '?id=' || sha || coalesce('#n' || nullif(line, 0), '')
		when web_url ~ '/commit/$' then regexp_replace(web_url, '/commit/$', '/blob/') || sha || '/' || file || coalesce('#L' || nullif(line, 0), '')
		when web_url ~ '[;?]a=commit(diff)?;h=$' then regexp_replace(web_url, 'a=commit(diff)?;h=$', 'a=blob;f=') || file || ';hb=' || sha || coalesce('#l' || nullif(line, 0), '')
		when web_url ~ '/\+/$' then web_url || sha || '/' || file || coalesce('#' || nullif(line, 0), '') end
$$;
comment on function page_source(text, text, text, bigint) is 'Address of a source line in the tree''s web view: cgit, gitweb, GitHub and GitLab, gitiles; null: not known how.';
