#!/bin/bash
# Changes live: points in any order, back-fill in the middle, attempts of both sides in turn, one alert for all profiles, the fix. A tree
# of forty commits; attempts and their points are written as the measuring stage leaves them.
# shellcheck source=ci/e2e/lib.sh
. "$(dirname "$0")/lib.sh"

readonly COMMITS=40
LINE=$WORK/line

line_make() {
	local i
	git init -q -b main "$LINE"
	for ((i = 0; i < COMMITS; i++)); do
		git -C "$LINE" -c core.hooksPath=/dev/null commit -q --allow-empty -m "line: step $i"
	done
	post /api/v1/trees "$(jq -nc --arg url "file://$LINE" '{name: "line", url: $url, branch: "main"}')" >/dev/null
	wait_for 30 'the tree' sql_is $COMMITS "select count(*) from tree_commit where ordinal is not null"
}

# points PROFILE CONDITION LEVEL: for commits whose ordinal `o` meets the condition; noise of about 2 % that is the same each time.
points() {
	sql "with c as (
		select tc.commit_id, tc.ordinal as o, tc.tree_id from tree_commit tc where tc.ordinal is not null
	), r as (
		insert into revision (hash, tree_id, commit_id, is_plain) select encode(sha256(convert_to('r' || commit_id, 'UTF8')), 'hex'), tree_id, commit_id, true from c where $2
		on conflict (hash) do update set is_plain = true returning id, commit_id, tree_id
	), u as (insert into run (tree_id, title, request, request_hash) select tree_id, 'made', '{}', 'x' from c limit 1 returning id
	), j as (
		insert into job (run_id, revision_id, profile_id, repeat, arch, priority, state, attempts_max, attempts, ended_at, lane_id)
		select u.id, r.id, p.id, 0, p.arch, 50, 'done', 3, 1, now(), 0 from u, r, profile p where p.name = '$1' returning id, revision_id
	), a as (
		insert into attempt (job_id, number, machine_id, claim_id, claimed_at, lease_until, state, result, ended_at)
		select j.id, 1, m.id, gen_random_uuid(), now(), now(), 'done', 'clean', now() from j, machine m returning id, job_id, claimed_at
	), s as (
		insert into series (tree_id, profile_id, metric) select c.tree_id, p.id, 'success_per_s' from c, profile p where p.name = '$1' limit 1
		on conflict (tree_id, profile_id, metric) do update set metric = excluded.metric returning id
	), v as (
		insert into point (series_id, attempt_id, claimed_at, commit_id, value)
		select s.id, a.id, a.claimed_at, r.commit_id, ($3) * (1 + 0.02 * sin(12.9898 * c.o * c.o)) from a join j on j.id = a.job_id join r on r.id = j.revision_id join c on c.commit_id = r.commit_id, s
	)
	insert into change_item (series_id) select id from s on conflict do nothing" >/dev/null
	sql 'notify work' >/dev/null
}

settled() { sql_is 0 'select count(*) from change_item'; }
changes() { api GET "/api/v1/changes?state=all" | jq -c "$1"; }
# edge ORDINAL: its hash.
edge() { sql "select c.sha from tree_commit tc join commit c on c.id = tc.commit_id where tc.ordinal = $1"; }

# pairs_play [SIDE]: all jobs that wait are done; each commit gives what it gave before, or with SIDE (good_id) what that side gave, with
# noise of 1 %.
pairs_play() {
	sql "with q as (
		select j.id, j.run_id, j.profile_id, v.commit_id, v.tree_id, row_number() over (order by j.id) as n from job j join revision v on v.id = j.revision_id where j.state = 'queued'
	), a as (
		insert into attempt (job_id, number, machine_id, claim_id, claimed_at, lease_until, state, result, ended_at)
		select q.id, 1, m.id, gen_random_uuid(), now(), now(), 'done', 'clean', now() from q, machine m returning id, job_id, claimed_at
	), d as (update job set state = 'done', attempts = 1, ended_at = now() from q where job.id = q.id
	), v as (
		insert into point (series_id, attempt_id, claimed_at, commit_id, value)
		select s.id, a.id, a.claimed_at, q.commit_id, (select avg(value) from point o where o.series_id = s.id and o.commit_id = ${1:+t.}${1:-q.commit_id}) * (1 + 0.01 * sin(78.233 * q.n))
		from q join a on a.job_id = q.id join change_trial_run r on r.run_id = q.run_id join change_trial t on t.id = r.trial_id
			join series s on s.tree_id = q.tree_id and s.profile_id = q.profile_id
	)
	insert into change_item select id from series on conflict do nothing" >/dev/null
	sql 'notify work' >/dev/null
	wait_for 20 'the series to be looked at' settled
}

test_a_change_is_found_as_points_arrive_in_any_order() {
	points standin 'o < 24 and o % 4 = 0' 'case when c.o < 12 then 1000 else 500 end'
	wait_for 20 'the series to be looked at' settled
	equal "$(changes '[.changes[] | [.state, .profile, .metric]]')" '[["new","standin","success_per_s"]]' 'after six points'
	points standin 'o < 24 and o % 4 = 3' 'case when c.o < 12 then 1000 else 500 end'
	points standin 'o < 24 and o % 2 = 1 and o % 4 = 1' 'case when c.o < 12 then 1000 else 500 end'
	points standin 'o < 24 and o % 4 = 2' 'case when c.o < 12 then 1000 else 500 end'
	wait_for 20 'the series to be looked at' settled
	equal "$(changes '[.changes[] | [.id, .first_bad, .last_good]]')" "[[1,\"$(edge 12)\",\"$(edge 11)\"]]" 'one change that kept its number and found its place'
	equal "$(changes '.changes[0] | [(.before_low < 1000 and .before_high > 990), (.after | round | . > 490 and . < 510), .chance < 0.001]')" '[true,true,true]'
	shows /changes standin "$(edge 12 | cut -c-12)" 'line: step 12'
	shows /changes/1 'line: step 12' 'line: step 11' 'Attempts before' 'Attempts behind'
}

test_both_sides_are_tried_in_turn_before_anybody_is_told() {
	equal "$(api GET '/api/v1/alerts?state=all' | jq -c .alerts)" '[]'
	equal "$(sql "select string_agg(c.sha, ' ' order by j.id) = '$(edge 11) $(edge 12) $(edge 11) $(edge 12) $(edge 11) $(edge 12)' from job j join revision v on v.id = j.revision_id join commit c on c.id = v.commit_id where j.state = 'queued'")" t 'the order of the attempts'
	equal "$(sql "select distinct run.priority || ' ' || run.machine from run join job on job.run_id = run.id where job.state = 'queued'")" "20 $MACHINE" 'below what people ask for, and on one machine'
	points other 'o < 24' 'case when c.o < 12 then 800 else 200 end'
	wait_for 20 'the other profile to be looked at' settled
	pairs_play
	wait_for 20 'both to be confirmed' sql_is 2 "select count(*) from change where state = 'confirmed'"
	wait_for 20 'the alert' sql_is 1 "select count(*) from alert where kind = 'change_confirmed'"
	wait_for 20 'both to be told' sql_is 2 "select count(*) from change where alert_id is not null"
	equal "$(api GET /api/v1/alerts | jq -c '[.alerts[] | [.kind, (.changes | length), ([.places[].profile] | sort)]]')" '[["change_confirmed",2,["other","standin"]]]' 'one alert, a row for each profile'
	shows /changes/1 confirmed '3 pairs counted' 'Also here' other
}

test_a_change_that_is_taken_back_is_fixed_and_told_as_that() {
	points standin 'o >= 24 and o < 36' 1000
	wait_for 20 'the series to be looked at' settled
	equal "$(changes '[.changes[] | select(.profile == "standin") | [.state, .first_bad]]')" "[[\"new\",\"$(edge 24)\"],[\"confirmed\",\"$(edge 12)\"]]"
	pairs_play
	wait_for 20 'the fix to be confirmed' sql_is fixed 'select state from change where id = 1'
	wait_for 20 'it to be told' sql_is 1 "select count(*) from alert where kind = 'change_fixed'"
	equal "$(sql "select count(distinct thread) from alert where kind in ('change_confirmed', 'change_fixed')")" 1 'threads'
	shows /changes/1 'taken back'
}

test_what_the_pairs_do_not_show_is_a_false_alarm_and_told_to_nobody() {
	points other 'o >= 24 and o < 36' 290
	wait_for 20 'the series to be looked at' settled
	pairs_play good_id
	wait_for 20 'it to be refuted' sql_is 1 "select count(*) from change where state = 'false_alarm'"
	sql 'notify work' >/dev/null
	equal "$(sql "select count(*) from alert where kind like 'change%'")" 2 'alerts'
	equal "$(sql "select count(*) from job where state = 'queued'")" 0 'more attempts of what is refuted'
}

test_people_decide_and_do_not_undo_each_other() {
	local id
	id=$(sql "select min(id) from change where state = 'confirmed'")
	api PATCH "/api/v1/changes/$id" -d '{"state":"expected","note":"we wanted that","version":2}' | jq -e '.change.state == "expected"' >/dev/null
	refused 409 PATCH "/api/v1/changes/$id" -d '{"state":"new","version":2}'
	refused 400 PATCH "/api/v1/changes/$id" -d '{"state":"nice"}'
	refused 404 PATCH /api/v1/changes/999999 -d '{"state":"new"}'
	shows "/changes/$id" 'we wanted that' expected
	form "/changes/$id" 303 "token=$TOKEN_TRIGGER" state=acknowledged version=3
	equal "$(api GET "/api/v1/changes/$id" | jq -c '[.change.state, (.change.history | length), (.change.commits | length)]')" '["acknowledged",3,1]'
}

site_start
profile standin
profile other
register
line_make
run_tests "$@"
