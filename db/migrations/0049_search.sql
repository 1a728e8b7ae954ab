-- Search: beginnings of words in subjects and titles, and of functions in call traces, each by an index.
-- Words are cut here and not by the text search parser, which takes mm/migrate for a path and 8e47a457321c for a number.

create function search_words(text text) returns tsvector
language sql immutable parallel safe as $$
	select array_to_tsvector(array_remove(regexp_split_to_array(regexp_replace(lower($1), '([[:alnum:]]{64})[[:alnum:]]+', '\1', 'g'), '[^[:alnum:]]+'), ''))
$$;
comment on function search_words(text) is 'The words of a line: runs of letters and digits, lower case, the first 64 of each.';

create function search_query(text text) returns tsquery
language sql immutable parallel safe as $$
	select string_agg(word || ':*', ' & ')::tsquery from unnest(tsvector_to_array(search_words($1))) word
$$;
comment on function search_query(text) is 'Fits what has all these words, or words that begin with them; null: there is none.';

create index commit_words on commit using gin (search_words(subject));
create index bug_title_words on bug_title using gin (search_words(title));
create index run_words on run using gin (search_words(title));

create table report_function (
	function text collate "C" not null check (length(function) between 1 and 200),
	title text not null,
	primary key (function, title)
);
comment on table report_function is 'Which functions stand in the call traces of reports with which title: bug_title says whose they are.';
comment on column report_function.function is 'A function of a frame.';
comment on column report_function.title is 'The title of a report that has it.';

create function report_functions(report jsonb) returns setof text
language sql immutable parallel safe as $$
	select distinct left(frame ->> 'function', 200) from jsonb_array_elements(case jsonb_typeof($1 -> 'frames') when 'array' then $1 -> 'frames' else '[]' end) frame
	where frame ->> 'function' <> ''
$$;
comment on function report_functions(jsonb) is 'The functions of a report''s frames.';

insert into report_function (function, title)
select distinct f, o.title from occurrence o cross join lateral report_functions(o.report) f;
