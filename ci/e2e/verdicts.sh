#!/bin/bash
# Fixed or masked? A bug of one kernel and what came behind it: silence is held against the work that was done, and what would settle it
# is queued by a button and by a call.
# shellcheck source=ci/e2e/lib.sh
. "$(dirname "$0")/lib.sh"

bug() { sql 'select min(id) from bug'; }
verdict() { api GET "/bugs/$(bug)/verdict?format=json${2:+&$2}" | jq -c "$1"; }

# kernel NAME MIGRATIONS LAST REPEATS: a kernel that tries so many and ends with LAST; the prebuilt tree's line is in the order of names.
kernel() {
	order_guest "$1" standin ".repeats = $4" <<-SH
		hello
		phase workload
		sample 0 0
		sample $2 0
		$3
	SH
}

test_silence_after_little_work_proves_nothing() {
	runner_start runner
	run_wait "$(kernel a 1000 crash 3)"
	equal "$(verdict '[.judged.answer, .more]')" '["not_comparable",null]' 'no kernel is behind it'
	run_wait "$(kernel b 100 'result done' 1)"
	equal "$(verdict '[.judged.answer, .cells[0].before.k, .cells[0].before.exposure, .cells[0].after.exposure]')" '["cannot_tell",3,3000,100]'
	shows "/bugs/$(bug)/verdict" 'cannot tell yet' 'What would settle it' 'under standin'
	shows "/bugs/$(bug)" 'Fixed or masked?' 'cannot tell yet'
	shows "/bugs/$(bug)/rates" '6.1.0-a' '6.1.0-b' 'standin on prebuilt' 'cannot be told from 2 crashes'
	equal "$(http GET "/bugs/$(bug)/rates?format=json" && jq -c '[.hazard.answer, .ages]' <<<"$BODY")" '["too_few",null]' 'the JSON twin'
	stop runner
}

test_what_would_settle_it_is_queued_once() {
	local run attempts
	attempts=$(verdict .judged.more.attempts)
	form "/bugs/$(bug)/verdict" 401 tree=prebuilt
	form "/bugs/$(bug)/verdict" 303 token="$TOKEN_TRIGGER"
	run=$(header Location)
	run=${run##*/}
	equal "$(run_json "$run" | jq -c '[.run.jobs.total, .run.title]')" "[$attempts,\"fixed or masked? bug $(bug) on standin\"]"
	equal "$(TOKEN=$TOKEN_TRIGGER post "/api/v1/bugs/$(bug)/verdict" '{}' | jq .run.id)" "$run" 'the same order again'
	equal "$(TOKEN=$TOKEN_TRIGGER post "/api/v1/bugs/00$(bug)/verdict" '{}' | jq .run.id)" "$run" 'by another spelling of the number'
	equal "$(sql "select count(distinct c.subject) || min(c.subject) from job j join revision r on r.id = j.revision_id join commit c on c.id = r.commit_id where j.run_id = $run")" 16.1.0-b 'what is run'
	TOKEN='' refused 401 POST "/api/v1/bugs/$(bug)/verdict" -d '{}'
	refused 400 POST "/api/v1/bugs/$(bug)/verdict" -d '{"behind": "x"}'
	refused 404 POST /api/v1/bugs/99/verdict -d '{}'
	api POST "/api/v1/runs/$run/cancel" -d '{}' >/dev/null
}

test_work_enough_without_it_is_a_fix_and_nothing_is_left_to_settle() {
	runner_start runner
	run_wait "$(kernel c 1000000 'result done' 1)"
	stop runner
	equal "$(verdict .judged.answer)" '"fixed"'
	shows "/bugs/$(bug)" 'not seen where'
	refused 409 POST "/api/v1/bugs/$(bug)/verdict" -d '{}'
	form "/bugs/$(bug)/verdict" 409 token="$TOKEN_TRIGGER"
	holds "$BODY" 'no work that could be queued' 'the refusal on the page'
}

told() { api GET /api/v1/alerts | jq -c "[.alerts[] | select(.kind == \"bug_fixed\") | $1]"; }
is_told() { [[ $(told .id) != '[]' ]]; }

test_that_it_is_gone_is_told_once_with_both_edges() {
	local id
	wait_for 60 'the alert' is_told
	equal "$(told '[.thread, .severity]')" "[[\"bug:$(bug)\",\"low\"]]"
	id=$(told .id | jq '.[0]')
	equal "$(api GET "/api/v1/alerts/$id" | jq -c '.alert.gone | [.tree, .last_bad_subject, .first_good_subject, .exposure]')" '["prebuilt","6.1.0-a","6.1.0-b",1000100]'
	shows "/alerts/$id" 'is gone, prebuilt at'
}

test_any_two_sides_can_be_chosen() {
	local a b
	a=$(sql "select sha from commit where subject = '6.1.0-a'")
	b=$(sql "select sha from commit where subject = '6.1.0-b'")
	equal "$(verdict '[.judged.answer, .judged.more.attempts]' "before=$a&after=$b")" "$(verdict '["cannot_tell", .judged.more.attempts]' "before=..$a&after=$a..$b")"
	equal "$(verdict .judged.answer "before=$b&after=$b")" '"not_comparable"' 'it was seen on neither side'
	equal "$(verdict .judged.answer "before=run:1&after=run:1")" '"still_there"' 'one side against itself'
	equal "$(verdict .unknown "before=nothing")" '["nothing"]'
	shows "/bugs/$(bug)/verdict?before=nothing" '“nothing” names no commits'
	counts_are_true
}

factor() { api GET "/bugs/$(bug)/factors?format=json" | jq -c ".tables[] | select(.factor == \"$1\") | [.levels[] | [.level, .answer, .k, .more.profile]] | sort"; }

test_a_level_that_was_hardly_tried_says_so_and_is_queued() {
	local hash runs run
	runner_start runner
	profile other '.fs = "ext4"'
	hash=$(sha "$WORK/guest-a")
	run_wait "$(order "$(jq -nc --arg hash "$hash" '{prebuilt: {release: "6.1.0-a", image: {sha256: $hash}}, profiles: ["other"]}')")"
	stop runner
	equal "$(factor 'file system')" '[["ext4","not_tried",1,"standin"],["xfs","not_tried",3,"other"]]'
	equal "$(factor workload)" '' 'of what does not vary nothing is said'
	shows "/bugs/$(bug)/factors" 'not tried enough' 'under the conditions of standin with this instead'
	form "/bugs/$(bug)/factors" 401 tree=prebuilt
	form "/bugs/$(bug)/factors" 303 token="$TOKEN_TRIGGER"
	runs=$(TOKEN=$TOKEN_TRIGGER post "/api/v1/bugs/$(bug)/factors" '{}' | jq -c .runs)
	equal "$(TOKEN=$TOKEN_TRIGGER post "/api/v1/bugs/00$(bug)/factors" '{}' | jq -c .runs)" "$runs" 'by another spelling of the number'
	equal "$(sql "select string_agg(distinct r.title || ' ' || p.name, ', ') || count(distinct r.id) from job j join profile p on p.id = j.profile_id join run r on r.id = j.run_id where r.title like 'does it%'")" \
		"does it matter? bug $(bug), file system ext4 other, does it matter? bug $(bug), file system xfs standin2" 'asked twice, queued once'
	equal "$(jq length <<<"$runs")" 2
	for run in $(jq -r '.[]' <<<"$runs"); do
		api POST "/api/v1/runs/$run/cancel" -d '{}' >/dev/null
	done
	refused 404 POST /api/v1/bugs/99/factors -d '{}'
}

site_start
profile standin
run_tests "$@"
