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
	shows "/bugs/$(bug)/rates" '6.1.0-a' '6.1.0-b' 'standin on prebuilt'
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
	equal "$(sql "select count(distinct c.subject) || min(c.subject) from job j join revision r on r.id = j.revision_id join commit c on c.id = r.commit_id where j.run_id = $run")" 16.1.0-b 'what is run'
	TOKEN='' refused 401 POST "/api/v1/bugs/$(bug)/verdict" -d '{}'
	refused 400 POST "/api/v1/bugs/$(bug)/verdict" -d '{"behind": "x"}'
	refused 404 POST /api/v1/bugs/99/verdict -d '{}'
	api POST "/api/v1/runs/$run/cancel" -d '{}' >/dev/null
}

test_work_enough_without_it_is_a_fix_and_nothing_is_left_to_settle() {
	runner_start again
	run_wait "$(kernel c 1000000 'result done' 1)"
	equal "$(verdict .judged.answer)" '"fixed"'
	shows "/bugs/$(bug)" 'not seen where'
	refused 409 POST "/api/v1/bugs/$(bug)/verdict" -d '{}'
	form "/bugs/$(bug)/verdict" 409 token="$TOKEN_TRIGGER"
	holds "$BODY" 'no work that could be queued' 'the refusal on the page'
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

site_start
profile standin
run_tests "$@"
