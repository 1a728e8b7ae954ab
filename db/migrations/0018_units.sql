-- Counters are in pages, and a page is 4K here and 64K there; what a huge page counts has changed too. Functions only, so that
-- every page and answer says it in the same words.

create function page_pages(pages double precision, page_size integer, unit text) returns text
language sql immutable parallel safe as $$
	select case when unit like 'pages%' and pages is not null and page_size is not null
		then page_bytes(round(pages * page_size)::bigint) || substr(unit, 6) end
$$;
comment on function page_pages(double precision, integer, text) is 'A value in pages or pages/s as bytes: 12.3 MB, 4.1 MB/s. Null when it is of another unit, or the page size is not known.';

create function counter_meaning(kernel_release text, page_size integer) returns text
language sql immutable parallel safe as $$
	select 'pages of ' || page_block(page_size) || case
		when r.part is null then ''
		when r.part[1]::bigint * 1000 + r.part[2]::bigint >= 5009 then ', a huge page as all of its pages'
		else ', a huge page as one' end
	from (select regexp_match(kernel_release, '^v?(\d{1,4})\.(\d{1,3})') as part) r where page_size is not null
$$;
comment on function counter_meaning(text, integer) is 'What pgmigrate_success and pgmigrate_fail of a kernel count: its page size, and what a huge page counts (one until 5.8, since then as all of its pages). Counts are comparable only within one meaning. Null: the page size is not known.';

create function counter_warning(meanings text[]) returns text
language sql immutable parallel safe as $$
	select case when count(distinct m) > 1 then 'What is counted differs here, so these numbers cannot be compared as they stand: '
		|| string_agg(distinct m, '; ' order by m) || '. Where only the page size differs, compare the bytes.' end
	from unnest(meanings) m
$$;
comment on function counter_warning(text[]) is 'The sentence that stands where values of differing meanings stand side by side; null where all mean the same. Unknown ones (null) say nothing.';
