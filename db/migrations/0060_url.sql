-- The address of a tree may hold a password: only the watcher and the runners see it whole.

create function url_shown(url text) returns text
language sql immutable parallel safe as $$
	select regexp_replace(
		case when $1 ~ '^(ssh|git)://' then regexp_replace($1, '^([a-z]+://[^/?#:]*):[^/?#]*@', '\1:***@')
			else regexp_replace($1, '^([A-Za-z][A-Za-z0-9+.-]*://)[^/?#]+@', '\1***@') end,
		'^([^?]*://[^?]*)[?].+$', '\1?***')
$$;
comment on function url_shown(text) is 'An address as readers see it: without user and password before the @ (of ssh:// and git:// without the password), and without what is behind the question mark.';

-- What was said of such trees until now.
update tree set refresh_error = null where url <> url_shown(url);
update attempt a set detail = replace(a.detail, t.url, url_shown(t.url))
from job j join revision r on r.id = j.revision_id join tree t on t.id = r.tree_id and t.url <> url_shown(t.url)
where j.id = a.job_id and position(t.url in a.detail) > 0;
