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

# attempts TREE PROFILE CONDITION [RESULT]: one of each commit whose ordinal `o` meets the condition; prints their run.
attempts() {
	sql "with t as (select id from tree where name = '$1'
	), r as (
		insert into revision (hash, tree_id, commit_id, is_plain)
		select encode(sha256(convert_to(t.id || 'r' || commit_id, 'UTF8')), 'hex'), t.id, commit_id, true from (select tree_id, commit_id, ordinal as o from tree_commit where ordinal is not null) c join t on t.id = c.tree_id where $3
		on conflict (hash) do update set is_plain = true returning id
	), u as (insert into run (tree_id, title, request, request_hash) select id, 'made', '{}', 'x' from t returning id
	), j as (
		insert into job (run_id, revision_id, profile_id, repeat, arch, priority, state, attempts_max, attempts, ended_at, lane_id)
		select u.id, r.id, p.id, 0, p.arch, 50, 'done', 3, 1, now(), 0 from u, r, profile p where p.name = '$2' returning id
	), a as (
		insert into attempt (job_id, number, machine_id, claim_id, claimed_at, lease_until, state, result, ended_at, exposure, workload_seconds, kernel_release, page_size)
		select j.id, 1, m.id, gen_random_uuid(), now(), now(), 'done', '${4:-clean}', now(), 100000, 5, '6.1.0', 4096 from j, machine m
	)
	select id from u"
}

# values_keep RUN ROWS: a point of each row, as ('metric', value), for each attempt of the run, as the measuring stage leaves them; ROWS may
# use the commit's ordinal, `o`.
values_keep() {
	sql "with a as (
		select a.id, a.claimed_at, v.tree_id, v.commit_id, j.profile_id, tc.ordinal as o
		from job j join attempt a on a.job_id = j.id join revision v on v.id = j.revision_id join tree_commit tc on tc.tree_id = v.tree_id and tc.commit_id = v.commit_id where j.run_id = $1
	), v as (select a.*, w.metric, w.value from a cross join lateral (values $2) w (metric, value)
	), s as (
		insert into series (tree_id, profile_id, metric) select distinct tree_id, profile_id, metric from v
		on conflict (tree_id, profile_id, metric) do update set metric = excluded.metric returning *
	), p as (
		insert into point (series_id, attempt_id, claimed_at, commit_id, value)
		select s.id, v.id, v.claimed_at, v.commit_id, v.value from v join s on s.tree_id = v.tree_id and s.profile_id = v.profile_id and s.metric = v.metric
	)
	insert into change_item (series_id) select id from s on conflict do nothing"
	sql 'notify work' >/dev/null
}

# points PROFILE CONDITION LEVEL: of the line; noise of about 2 % that is the same each time.
points() { values_keep "$(attempts line "$1" "$2")" "('success_per_s', ($3) * (1 + 0.02 * sin(12.9898 * o * o)))"; }

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

pairs_play_all() {
	while [[ $(sql "select count(*) from job where state = 'queued'") != 0 ]]; do
		pairs_play "$@"
	done
}

test_a_change_is_found_as_points_arrive_in_any_order() {
	points standin 'o < 24 and o % 4 = 0' 'case when o < 12 then 1000 else 500 end'
	wait_for 20 'the series to be looked at' settled
	equal "$(changes '[.changes[] | [.state, .profile, .metric]]')" '[["new","standin","success_per_s"]]' 'after six points'
	points standin 'o < 24 and o % 4 = 3' 'case when o < 12 then 1000 else 500 end'
	points standin 'o < 24 and o % 2 = 1 and o % 4 = 1' 'case when o < 12 then 1000 else 500 end'
	points standin 'o < 24 and o % 4 = 2' 'case when o < 12 then 1000 else 500 end'
	wait_for 20 'the series to be looked at' settled
	equal "$(changes '[.changes[] | [.id, .first_bad, .last_good]]')" "[[1,\"$(edge 12)\",\"$(edge 11)\"]]" 'one change that kept its number and found its place'
	equal "$(changes '.changes[0] | [(.before_low < 1000 and .before_high > 990), (.after | round | . > 490 and . < 510), .chance < 0.001]')" '[true,true,true]'
	shows /changes standin "$(edge 12 | cut -c-12)" 'line: step 12'
	shows /changes/1 'line: step 12' 'line: step 11' 'Attempts before' 'Attempts behind'
}

test_both_sides_are_tried_in_turn_before_anybody_is_told() {
	equal "$(api GET '/api/v1/alerts?state=all' | jq -c .alerts)" '[]'
	equal "$(sql "select string_agg(c.sha, ' ' order by j.id) = '$(edge 11) $(edge 12) $(edge 11) $(edge 12) $(edge 11) $(edge 12)' from job j join revision v on v.id = j.revision_id join commit c on c.id = v.commit_id where j.state = 'queued'")" t 'the order of the attempts'
	equal "$(sql "select distinct run.priority || ' ' || run.machine from run join job on job.run_id = run.id where job.state = 'queued'")" "24 $MACHINE" 'below what people ask for, and on one machine'
	points other 'o < 24' 'case when o < 12 then 800 else 200 end'
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
	local id
	points other 'o >= 24 and o < 36' 290
	wait_for 60 'the series to be looked at' settled
	id=$(changes '.changes[] | select(.state == "new") | .id')
	pairs_play good_id
	equal "$(changes ".changes[] | select(.id == $id) | [.state, .is_wide, .last_good, .first_bad]")" "[\"new\",true,\"$(edge 12)\",\"$(edge 35)\"]" 'what no noise shows and the edges do not is tried at the ends of both levels'
	shows "/changes/$id" 'ends of both levels'
	pairs_play_all good_id
	wait_for 60 'it to be refuted' sql_is 1 "select count(*) from change where state = 'false_alarm'"
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
	page_as "$TOKEN_TRIGGER" "/changes/$id"
	holds "$BODY" "name=\"version\" value=\"$(api GET "/api/v1/changes/$id" | jq .change.version)\"" 'the form is about the change as it is'
	shows "/changes/$id" 'we wanted that' expected
	form "/changes/$id" 303 "token=$TOKEN_TRIGGER" state=acknowledged version=3
	equal "$(api GET "/api/v1/changes/$id" | jq -c '[.change.state, (.change.history | length), (.change.commits | length)]')" '["acknowledged",3,1]'
}

# search_play BISECTION: its jobs that wait are done; what is measured moves at commit 13. Points come with the attempts, as they do.
search_play() {
	local run
	for run in $(sql "select distinct j.run_id from job j join bisection_run r on r.run_id = j.run_id where j.state = 'queued'"); do
		sql "insert into attempt (job_id, number, machine_id, claim_id, claimed_at, lease_until, state, result, started_at, ended_at)
			select j.id, 1, m.id, gen_random_uuid(), now(), now(), 'done', 'clean', now(), now() from job j, machine m where j.run_id = $run" >/dev/null
		values_keep "$run" "('success_per_s', (case when o < 13 then 900 else 300 end) * (1 + 0.02 * sin(78.233 * o + $run)))"
		sql "update job set state = 'done', attempts = 1, ended_at = now() where run_id = $run" >/dev/null
	done
	sql 'notify work' >/dev/null
	sql_is f "select state = 'running' from bisection where id = $1"
}

test_the_commit_that_moved_it_is_searched_where_the_edges_lie_apart() {
	local id search
	points far 'o < 8 or (o >= 20 and o < 28)' 'case when o < 14 then 900 else 300 end'
	wait_for 60 'the series to be looked at' settled
	id=$(changes '.changes[] | select(.profile == "far") | .id')
	pairs_play
	wait_for 60 'it to be confirmed' sql_is confirmed "select state from change where id = $id"
	wait_for 60 'the change to be told, with others of that place where there are any' sql_is t "select alert_id is not null from change where id = $id"
	refused 400 POST /api/v1/bisections -d "{\"change\": $id, \"kind\": \"broken\"}"
	refused 404 POST /api/v1/bisections -d '{"change": 999999}'
	form "/changes/$id/bisections" 303 "token=$TOKEN_TRIGGER" budget_minutes=600
	search=$(header Location)
	search=${search##*/}
	equal "$(TOKEN=$TOKEN_TRIGGER post /api/v1/bisections "{\"change\": $id}" | jq .bisection.id)" "$search" 'a search that runs already'
	wait_for 60 'an attempt beside an end' sql_is 2 "select count(*) from job where run_id = (select min(run_id) from bisection_run where bisection_id = $search)"
	wait_for 120 'the search to end' search_play "$search"
	equal "$(api GET "/api/v1/bisections/$search" | jq -r '.bisection | .state + " " + .culprit + " " + .kind')" "found $(edge 13) moved" "$(api GET "/api/v1/bisections/$search" | jq -c '.bisection | [.none, .credible, .evidence]')"
	wait_for 60 'it to be told in the thread of the change' sql_is t "select f.thread = a.thread from alert f, change c join alert a on a.id = c.alert_id where f.kind = 'commit_found' and c.id = $id"
	shows "/bisections/$search" 'which commit moved it?' 'line: step 13' 'nearer to the newer end' '#regzbot introduced:' 'moved what is measured'
	shows "/changes/$id" "bisection $search"
}

test_two_commits_up_and_back_are_told_when_attempts_show_them() {
	points brief 'o >= 16' 'case when o in (30, 31) then 1500 else 500 end'
	wait_for 60 'the series to be looked at' settled
	equal "$(changes '[.changes[] | select(.profile == "brief") | [.state, .first_bad, .chance]]')" "[[\"new\",\"$(edge 32)\",1],[\"new\",\"$(edge 30)\",1]]" 'suspects that two points cannot prove'
	pairs_play_all
	wait_for 60 'both to be told' sql_is 2 "select count(distinct c.alert_id) from change c join series s on s.id = c.series_id join profile p on p.id = s.profile_id where p.name = 'brief'"
	equal "$(sql "select string_agg(c.state || ' ' || a.kind, ', ' order by c.id) from change c join series s on s.id = c.series_id join profile p on p.id = s.profile_id join alert a on a.id = c.alert_id where p.name = 'brief'")" 'fixed change_confirmed, confirmed change_fixed'
}

# Two hundred commits; from the hundredth on each costs four times as much as before.
test_a_drift_is_tried_at_its_ends_and_told_as_that() {
	local id
	git init -q -b main "$WORK/long"
	for ((id = 0; id < 200; id++)); do
		printf 'commit refs/heads/main\ncommitter A <a@b> %d +0000\ndata 10\nstep %5d\n' $((1700000000 + id)) "$id"
	done | git -C "$WORK/long" fast-import --quiet
	post /api/v1/trees "$(jq -nc --arg url "file://$WORK/long" '{name: "long", url: $url, branch: "main"}')" >/dev/null
	wait_for 60 'the long tree' sql_is 200 "select count(*) from tree_commit tc join tree t on t.id = tc.tree_id where t.name = 'long' and tc.ordinal is not null"
	values_keep "$(attempts long creeping true)" "('success_per_s', exp(5 + 0.01 * o + 0.03 * greatest(o - 99, 0) + 0.003 * sin(12.9898 * o * o)) - 1)"
	wait_for 60 'the series to be looked at' settled
	equal "$(changes '[.changes[] | select(.profile == "creeping") | [.kind, .state, .last_good_subject, .first_bad_subject]]')" '[["slope","new","step    99","step   199"]]'
	id=$(changes '.changes[] | select(.profile == "creeping") | .id')
	equal "$(sql "select string_agg(distinct c.subject, ', ') from job j join revision v on v.id = j.revision_id join commit c on c.id = v.commit_id where j.state = 'queued'")" 'step    99, step   199' 'what is tried'
	pairs_play_all
	wait_for 60 'it to be told' sql_is t "select state = 'confirmed' and alert_id is not null from change where id = $id"
	equal "$(api GET "/api/v1/changes/$id" | jq -c '.change | [(.before > 350 and .before < 460), (.after / .before > 40), .trial.pairs]')" '[true,true,3]'
	equal "$(sql "select a.title from alert a join change c on c.alert_id = a.id where c.id = $id" | sed 's/[0-9a-f]\{12\}/X/g')" "$(sql "select title from metric where name = 'success_per_s'") drifts, long from X to X"
	shows "/changes/$id" 'Drifts from' 'Attempts at its beginning' 'Attempts at its end'
	refused 422 POST /api/v1/bisections -d "{\"change\": $id}"
}

# --- the demo's planted counter change, with the ratios that it once gave; commits 15 to 19 crash before they say any -----------------
readonly RATIOS='{0.0034,0.00176,0.00363,0.00118,1,1,1,0.999,1,0.00241,0.0016,0.00225,0.00092,0.0009,0,0,0,0,0,0.00126,0.00132,0.00094,0.00086,0.00083}'

# Two trees of one history like the demo's.
demo_make() {
	local subject tree
	git init -q -b main "$WORK/demo"
	while read -r subject; do
		git -C "$WORK/demo" -c core.hooksPath=/dev/null commit -q --allow-empty -m "$subject"
	done < <(printf 'import\n' && cut -f4 "$REPO/ci/demo/history")
	paste <(git -C "$WORK/demo" log --reverse --format=%H) <(printf 'import\timport\n' && cut -f3,4 "$REPO/ci/demo/history") |
		jq -Rn '{commits: [foreach inputs as $row (-1; . + 1; . as $n | $row / "\t" | {position: $n, sha: .[0], kind: .[1], subject: .[2]})]}' >"$WORK/demo-expect.json"
	for tree in demo back; do
		post /api/v1/trees "$(jq -nc --arg name "$tree" --arg url "file://$WORK/demo" '{name: $name, url: $url, branch: "main"}')" >/dev/null
		wait_for 60 "the tree $tree" sql_is 25 "select count(*) from tree_commit tc join tree t on t.id = tc.tree_id where t.name = '$tree' and tc.ordinal is not null"
	done
}

# replay TREE CONDITION: the commits of positions `o`, each of 20,000 migrations.
replay() {
	local ratio="('$RATIOS'::float[])[o]"
	values_keep "$(attempts "$1" reader "o between 1 and 24 and o not between 15 and 19 and ($2)")" \
		"('fail_ratio', $ratio), ('pgmigrate_fail', 20000 * $ratio), ('pgmigrate_success', 20000 * (1 - $ratio))"
	wait_for 60 'the series to be looked at' settled
}

# ratio_changes TREE: of the share of failures, those that the points show, by place.
ratio_changes() {
	sql "select string_agg(g.ordinal || '..' || b.ordinal || ' ' || c.state, ', ' order by b.ordinal) from change c join series s on s.id = c.series_id and s.metric = 'fail_ratio' join tree t on t.id = s.tree_id and t.name = '$1'
		join tree_commit g on g.tree_id = t.id and g.commit_id = c.good_id join tree_commit b on b.tree_id = t.id and b.commit_id = c.bad_id where c.gone_at is null"
}

# told_in TREE: kinds of alerts about its changes, one word each.
told_in() { sql "select string_agg(distinct a.id || ' ' || a.kind, ', ') from alert a join alert_place p on p.alert_id = a.id join tree t on t.id = p.tree_id and t.name = '$1' where a.kind like 'change%'"; }
told_times() { sql_is "$2" "select count(distinct a.id) from alert a join alert_place p on p.alert_id = a.id join tree t on t.id = p.tree_id and t.name = '$1' where a.kind like 'change%'"; }
told() { /usr/bin/python3 "$REPO/ci/told.py" --url "$URL" --state "$WORK"; }


test_what_comes_back_after_five_commits_is_told_once_and_as_fixed() {
	local o
	demo_make
	replay demo 'o <= 7'
	equal "$(ratio_changes demo)" '4..5 new' 'after seven commits'
	for o in 'o in (8, 9)' 'o = 10' 'o = 11' 'o in (12, 13, 14)' 'o >= 20'; do
		replay demo "$o"
	done
	equal "$(ratio_changes demo)" '4..5 new, 9..10 new' 'after all commits'
	equal "$(told_in demo)" '' 'before anything was tried'
	pairs_play_all
	wait_for 60 'the change and its fix to be told' told_times demo 2
	equal "$(ratio_changes demo)" '4..5 fixed, 9..10 confirmed' 'after the pairs'
	equal "$(sql "select string_agg(kind, ' ' order by id) from alert where id in (select alert_id from alert_place p join tree t on t.id = p.tree_id where t.name = 'demo')")" 'change_confirmed change_fixed'
	equal "$(sql "select count(*) from change c join series s on s.id = c.series_id join tree t on t.id = s.tree_id where t.name = 'demo' and c.alert_id is null and c.gone_at is null")" 0 'changes of other counters there that nobody was told of'
}

test_points_filled_in_between_and_tried_at_once_end_alike() {
	local o
	for o in 'o % 4 = 0' 'o in (4, 5, 9, 10) and o % 4 > 0' 'o in (1, 13, 21)' 'o in (3, 6, 7)' 'o % 4 > 0 and o not in (1, 3, 4, 5, 6, 7, 9, 10, 13, 21)'; do
		replay back "$o"
		pairs_play_all
	done
	wait_for 60 'the change and its fix to be told' told_times back 2
	equal "$(ratio_changes back)" '4..5 fixed, 9..10 confirmed' 'after the pairs'
	equal "$(sql "select string_agg(kind, ' ' order by id) from alert where id in (select alert_id from alert_place p join tree t on t.id = p.tree_id where t.name = 'back')")" 'change_confirmed change_fixed'
	# More points and looks tell nothing again.
	replay back 'o in (2, 6, 12)'
	pairs_play_all
	told_times back 2 || fail "told again: $(told_in back)"
}

# The check of the demo itself: it misses what was not told, and is content with what was.
test_the_check_of_the_demo_says_what_was_not_told() {
	local words run
	words=$(told) && fail "the crash was told? $words"
	holds "$words" 'the crash planted at' && holds "$words" 'that the crash is fixed at' && holds "$words" WRONG
	[[ $words != *'counter moved'* ]] || fail "the counter change was told: $words"
	attempts demo hot 'o between 8 and 14 or o between 20 and 24' >/dev/null
	run=$(attempts demo hot 'o between 15 and 19' crash)
	# A compiler's warning at the same commits is another matter.
	sql "with b as (insert into bug (title, type) values ('kernel BUG in filemap_read', 'BUG'), ('unused variable in mm/util.c', 'BUILD_WARNING') returning id, title, type = 'BUILD_WARNING' as is_warning
	), q as (insert into alert_item (bug_id, kind) select id, 'bug_new' from b)
	insert into occurrence (attempt_id, claimed_at, start_byte, end_byte, bug_id, title, reader_version, is_corrupted, is_warning, uptime_s, exposure, report)
	select a.id, a.claimed_at, b.is_warning::integer, 2, b.id, b.title, 1, false, b.is_warning, 1, 100, '{\"text\": \"it says so\"}' from b, job j join attempt a on a.job_id = j.id where j.run_id = $run"
	sql "insert into tally (revision_id, profile_id, attempts, known, exposure, work_ms, meaning)
		select revision_id, profile_id, attempts, known, exposure, work_ms, meaning from tally_now on conflict do nothing;
	insert into bug_tally (bug_id, revision_id, profile_id, attempts, occurrences, last_at, done, known, exposure, whole_known, whole_exposure)
		select bug_id, revision_id, profile_id, attempts, occurrences, last_at, done, known, exposure, whole_known, whole_exposure from bug_tally_now;
	insert into gone_item (tree_id) select id from tree where name = 'demo' on conflict do nothing"
	sql 'notify work' >/dev/null
	wait_for 60 'the fix of the crash to be told' sql_is 1 "select count(*) from alert where kind = 'bug_fixed'"
	wait_for 60 'the crash and the warning to be told' sql_is 2 "select count(*) from alert where kind = 'bug_new'"
	words=$(told) || fail "$words"
	holds "$words" 'right: 1 alerts of crashes (kernel BUG in filemap_read), 1 of fixes; 1 and 1 of the fail ratio'
	sql "update alert set kind = 'change_confirmed' where kind = 'change_fixed'"
	words=$(told) && fail "the fix was told? $words"
	holds "$words" "(counter-fix, \"mm/migrate: count the reference of private data again\") was not told"
}

site_start
profile standin
profile other
profile reader
profile hot
profile far
profile creeping
profile brief
register
line_make
run_tests "$@"
