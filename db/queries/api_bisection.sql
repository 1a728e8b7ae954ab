-- One search for the API, with the commits that may be it and every attempt that counted. $1 id. No row: there is none.
select json_build_object('bisection', bisection_words(x.id) || jsonb_build_object('near_by', x.near_by, 'asked_by', (select name from token where token.id = x.token_id), 'cancelled_by', (select name from token where token.id = x.cancelled_by), 'clean_runs', x.clean_runs, 'mail', bisection_mail(x.id, ''), 'two', case when x.two is not null then jsonb_build_object('belief', x.two, 'first', (select sha from commit where id = x.two_first_id), 'second', (select sha from commit where id = x.two_second_id)) end,
	'sides', (select coalesce(jsonb_agg(jsonb_build_object('what', s.what, 'with_it', s.hits, 'clean', s.clean, 'broken', s.broken, 'waiting', s.waiting) order by s.n), '[]') from bisection_sides(x.id) s),
	'credible', (select coalesce(jsonb_agg(jsonb_build_object('commit', k.sha, 'subject', k.subject, 'author', k.author, 'belief', s.belief, 'weight', c.weight, 'near', c.near) order by s.belief desc, s.place), '[]')
		from (select * from bisection_credible(x.id) order by belief desc, place limit 1000) s join commit k on k.id = s.commit_id join bisection_commit c on c.bisection_id = x.id and c.position = s.place),
	'evidence', (select coalesce(jsonb_agg(jsonb_build_object('attempt', a.attempt_id, 'commit', k.sha, 'has_event', a.has_event, 'exposure', a.exposure, 'value', a.value, 'bits', a.bits) order by a.attempt_id), '[]')
		from (select * from bisection_attempt where bisection_id = x.id order by attempt_id desc limit 1000) a
			join bisection_commit c on c.bisection_id = x.id and c.position = a.position join commit k on k.id = c.commit_id)))::text as body
from bisection x where x.id = case when $1::text ~ '^[0-9]{1,18}$' then $1::text::bigint end
limit 1
