#!/bin/bash
# Searches for a commit, end to end: guests that crash only three times in four, a defect that came with a side branch, a commit that does not
# compile, and the fix.
# shellcheck source=ci/e2e/lib.sh
. "$(dirname "$0")/lib.sh"

readonly SEARCH_LIMIT_S=240

# step NAME: a commit that leaves the guest as it is.
step() {
	printf '%s\n' "$1" >>"$TREE/steps"
	commit "$1" "line: $1"
}

commit() {
	git -C "$TREE" add -A
	git -C "$TREE" commit -q -m "$2"
	git -C "$TREE" tag "$1"
}

guest_is() { printf 'hello 6.1.0-tiny\nphase workload\nsample 0 0\n%s\nsample 999 1\nresult done\n' "$1" >"$TREE/guest.sh"; }

# Three of four guests crash, in turn rather than by chance, so that no search can be led astray.
# n2 touches what the crash's functions are named after, and is not it.
# start - n1 - n2 ------------- merge - n3 - n4 - nobuild - mended - fixing - n5 - end; beside it from n1: planted - s2.
line_make() {
	git -C "$TREE" checkout -q main
	guest_is ''
	commit start 'line: start'
	step n1
	git -C "$TREE" checkout -q -b beside
	printf '0\n' >"$WORK/turn"
	guest_is "turn=\$((\$(cat '$WORK/turn') + 1)); printf '%d\n' \$turn >'$WORK/turn'; if ((turn % 4)); then sample 40 0; crash; fi"
	commit planted 'side: no reference is taken'
	printf 'side\n' >"$TREE/beside"
	commit s2 'side: more'
	git -C "$TREE" checkout -q main
	mkdir -p "$TREE/fs/xfs"
	printf '/* nothing */\n' >"$TREE/fs/xfs/xfs_file.c"
	step n2
	git -C "$TREE" merge -q --no-ff -m 'line: merge the side' beside
	git -C "$TREE" tag merge
	step n3
	step n4
	sed -i 's/return 0/return no_such_name/' "$TREE/init/main.c"
	commit nobuild 'line: does not compile'
	sed -i 's/return no_such_name/return 0/' "$TREE/init/main.c"
	commit mended 'line: compiles again'
	guest_is ''
	commit fixing 'line: the reference is taken'
	step n5
	step end
	post /api/v1/trees/tiny/refresh '{}' >/dev/null
	wait_for 30 'the tree to be fetched' tree_has end
}

sha_of() { git -C "$TREE" rev-parse "$1"; }
tried() { order "$(jq -nc --arg c "$1" --argjson n "$2" '{tree: "tiny", commit: $c, profiles: ["standin"], repeats: $n}')"; }

# bisect KIND [JQ-CHANGE]: begins a search; its number.
bisect() { post /api/v1/bisections "$(jq -nc --arg kind "$1" '{bug: 1, kind: $kind} | '"${2:-.}")" | jq .bisection.id; }
bisection() { api GET "/api/v1/bisections/$1" | jq -r ".bisection | $2"; }
is_over() { [[ $(bisection "$1" .state) != running ]]; }

# names BISECTION TAG: it ends, and this commit is named.
names() {
	wait_for "$SEARCH_LIMIT_S" "bisection $1 to end" is_over "$1"
	equal "$(bisection "$1" '.state + " " + .culprit')" "found $(sha_of "$2")" "bisection $1: $(bisection "$1" '[.none, .entropy_bits, .credible, .evidence]' | tr -d '\n ')"
	wait_for 30 'its attempts to end' sql_is 0 "select count(*) from bisection_run r join job j on j.run_id = r.run_id where r.bisection_id = $1 and j.ended_at is null"
}

test_the_ends_and_one_bad_commit_are_tried() {
	local run
	for run in $(tried start 3) $(tried n4 5) $(tried end 3); do
		run_wait "$run" 120
	done
	equal "$(sql 'select count(*) from bug')" 1 'bugs'
}

test_what_cannot_be_searched_is_refused_with_a_reason() {
	refused 404 POST /api/v1/bisections -d '{"bug": 99}'
	refused 422 POST /api/v1/bisections -d '{"bug": 1, "tree": "nowhere"}'
	refused 422 POST /api/v1/bisections -d '{"bug": 1, "older": "end"}'
	refused 400 POST /api/v1/bisections -d '{"bug": 1, "kind": "sideways"}'
	TOKEN=$TOKEN_RUNNER refused 403 POST /api/v1/bisections -d '{"bug": 1}'
}

test_a_search_ends_when_somebody_ends_it_or_its_budget_does() {
	local id
	stop runner
	refused 422 POST /api/v1/bisections -d '{"bug": 1, "profile": "other"}'
	form /bugs/1/bisections 303 token="$TOKEN_TRIGGER" kind=broken older=start newer=n4
	id=$(sql 'select max(id) from bisection')
	wait_for 60 'an attempt to wait' sql_is t "select count(*) > 0 from bisection_run where bisection_id = $id"
	shows /queue "Which commit? Bisection $id, expected to tell"
	TOKEN=$TOKEN_OTHER refused 403 POST "/api/v1/bisections/$id/cancel" -d '{}'
	form "/bisections/$id" 403 token="$TOKEN_OTHER"
	equal "$(bisection "$id" .state)" running 'what another token could do'
	form "/bisections/$id" 303 token="$TOKEN_TRIGGER"
	equal "$(bisection "$id" '.state + " " + .cancelled_by')" 'cancelled e2e-trigger' 'state'
	shows "/bisections/$id" 'by e2e-trigger'
	equal "$(sql "select count(*) from bisection_run r join job j on j.run_id = r.run_id where r.bisection_id = $id and j.state = 'queued'")" 0 'attempts that wait still'
	refused 409 POST "/api/v1/bisections/$id/cancel" -d '{}'
	id=$(bisect broken '.budget_minutes = 600')
	wait_for 60 'an attempt of the next to wait' sql_is t "select count(*) > 0 from bisection_run where bisection_id = $id"
	sql "begin; update attempt set started_at = started_at - interval '1 day'; insert into bisection_run select $id, run_id from job where state = 'done' group by run_id; update bisection set looked_at = null where id = $id; commit" >/dev/null
	wait_for 60 'the budget to end it' is_over "$id"
	equal "$(bisection "$id" '.state + " " + (.needs_minutes > 0 | tostring)')" 'out_of_budget true'
	shows "/bisections/$id" 'out of budget' 'more should settle it'
	sql "update attempt set started_at = started_at + interval '1 day'" >/dev/null
	runner_start
}

test_the_commit_of_a_side_branch_that_brought_it_is_named() {
	local id
	id=$(bisect broken)
	equal "$(bisect broken)" "$id" 'a search that runs already'
	wait_for 60 'an attempt of it' sql_is t "select count(*) > 0 from bisection_run where bisection_id = $id"
	stop server KILL
	server_start
	names "$id" planted
	shows "/bisections/$id" found 'side: no reference is taken' 'Fixes: '"$(sha_of planted | cut -c-12)" '#regzbot introduced:' 'What each attempt told'
	equal "$(bisection "$id" '.near_by')" functions 'what the paths near the crash are known by'
	equal "$(sql "select near from bisection_commit where bisection_id = $id and near is not null")" fs/xfs/ 'what such a commit touches' # listed only where it was tried or is believed
	shows "/bisections/$id" '1 commit of the range' 'began with 4 times the belief'
	shows /bugs/1 'Broken by' "$(sha_of planted | cut -c-12)"
	shows /bisections 'what brought it'
	wait_for 60 'what confirms it to be ordered' is_confirming "$id"
	run_wait "$(bisection "$id" .confirm_run)" 240
	equal "$(sql "select count(*) filter (where a.result = 'clean') || ' ' || count(*) filter (where a.result <> 'clean') from bisection b join job j on j.run_id = b.confirm_run_id join revision r on r.id = j.revision_id join attempt a on a.job_id = j.id where b.id = $id and not r.is_plain")" "$(sql "select count(*) from bisection b join job j on j.run_id = b.confirm_run_id join revision r on r.id = j.revision_id where b.id = $id and not r.is_plain") 0" 'attempts with the culprit reverted'
	shows "/bisections/$id" 'Confirmed?' 'the newer end with it reverted: 0 with it,'
}

is_confirming() { [[ $(bisection "$1" .confirm_run) != null ]]; }
found() { api GET /api/v1/alerts | jq -c "[.alerts[] | select(.kind == \"commit_found\") | $1]"; }
is_told() { [[ $(found .id) != '[]' ]]; }

test_what_was_found_is_told_in_the_bugs_thread_and_waits_for_approval_on_a_public_list() {
	local short draft
	short=$(sha_of planted | cut -c-12)
	wait_for 60 'the alert' is_told
	equal "$(found '.search.culprit, .thread')" "[\"$(sha_of planted)\",\"bug:1\"]" 'what is told'
	wait_for 60 'the draft' sql_is draft "select d.state from delivery d join delivery_alert x on x.delivery_id = d.id join alert a on a.id = x.alert_id where a.kind = 'commit_found'"
	draft=$(sql "select d.id from delivery d join delivery_alert x on x.delivery_id = d.id join alert a on a.id = x.alert_id where a.kind = 'commit_found'")
	shows "/deliveries/$draft" "Fixes: $short (\"side: no reference is taken\")" "#regzbot introduced: $short" "git revert --no-edit $(sha_of planted)" 'confirmed:' 'To check by hand'
	shows "/bisections/$(found .search.id | jq '.[0]')" "Fixes: $short (\"side: no reference is taken\")" 'the alert'
	equal "$(bisection "$(found .search.id | jq '.[0]')" .mail.regzbot)" "#regzbot introduced: $short" 'the same in the API'
}

test_the_commit_that_took_it_away_is_sought_unasked_beside_one_that_does_not_compile() {
	local id
	api PUT /api/v1/trees/tiny/policy -d '{"profiles":["standin"],"commits":"tags","back":1,"bisect_minutes":500}' >/dev/null
	shows /trees/tiny '500 minutes of machines a day to search for commits'
	wait_for 60 'a search that nobody asked for' sql_is 'fixed' "select kind from bisection where token_id is null"
	id=$(sql 'select id from bisection where token_id is null')
	names "$id" fixing
	shows /bugs/1 'Fixed by' "$(sha_of fixing | cut -c-12)"
	wait_for 60 'its patch, and what confirms it' is_confirming "$id"
	run_wait "$(bisection "$id" .confirm_run)" 240
	wait_for 60 'its attempts to be read' sql_is 0 "select count(*) from work_item where retry_at < 'infinity'"
	shows "/bisections/$id" 'the older end with it applied: 0 with it' 'the newer end with it reverted' 'its parent'
}

crossing() { api GET "/crossings/$1?format=json" | jq -c "$2"; }
is_ordered() { [[ $(api GET "/api/v1/crossings/$1" | jq .crossing.run) != null ]]; }

test_suspect_and_fix_are_crossed_and_the_suspect_alone_is_to_blame() {
	local id
	refused 404 POST /api/v1/crossings -d '{"bug": 99}'
	refused 422 POST /api/v1/crossings -d '{"bug": 1, "suspect": "nothing"}'
	refused 422 POST /api/v1/crossings -d '{"bug": 1, "suspect": "end", "fix": "end"}'
	TOKEN=$TOKEN_RUNNER refused 403 POST /api/v1/crossings -d '{"bug": 1}'
	id=$(TOKEN=$TOKEN_TRIGGER post /api/v1/crossings '{"bug": 1, "attempts": 4}' | jq .crossing.id)
	equal "$(api GET "/api/v1/crossings/$id" | jq -r '.crossing | .suspect + " " + .fix')" "$(sha_of planted) $(sha_of fixing)" 'what is crossed, unless it is said'
	wait_for 60 'its patch and its run' is_ordered "$id"
	run_wait "$(api GET "/api/v1/crossings/$id" | jq .crossing.run)" 180
	wait_for 60 'its attempts to be read' sql_is 0 "select count(*) from work_item where retry_at < 'infinity'"
	equal "$(crossing "$id" '[.cells[] | select(.has_fix | not) | [.has_suspect, .k > 0, .clean > 0]]')" '[[true,true,true],[false,false,true]]' 'without the fix'
	equal "$(crossing "$id" '[.cells[] | select(.has_fix and .has_suspect) | [.k, .clean]]')" '[[0,4]]' 'the fix on the last bad commit'
	shows "/crossings/$id" 'with the suspect, with the fix' 'line: the reference is taken” applied' "$(sha_of planted | cut -c-12) reverted" 'Suspect:'
	form /bugs/1/crossings 303 token="$TOKEN_TRIGGER" suspect=merge fix=fixing base=n4 attempts=1
	id=$(header Location)
	shows "$id" 'line: merge the side'
	shows /bugs/1 'Suspect × fix'
}

build_searches() { sql "select count(*) from bisection x join bug b on b.id = x.bug_id where b.type = 'BUILD' and x.state = 'found'"; }
are_build_searches_over() { [[ $(build_searches) == 2 ]]; }
build_culprit() { bisection "$(sql "select x.id from bisection x join bug b on b.id = x.bug_id where b.type = 'BUILD' and x.kind = '$1'")" .culprit; }

test_what_broke_a_build_and_what_mended_it_is_sought_unasked_too() {
	run_wait "$(tried nobuild 1)" 60
	run_wait "$(tried mended 1)" 60
	wait_for "$SEARCH_LIMIT_S" 'both searches' are_build_searches_over
	equal "$(build_culprit broken) $(build_culprit fixed)" "$(sha_of nobuild) $(sha_of mended)" 'who broke it, who mended it'
	shows "/bugs/$(sql "select id from bug where type = 'BUILD'")" 'Broken by' 'line: does not compile' 'Fixed by' 'line: compiles again'
}

test_a_range_whose_ends_are_alike_is_said_to_hold_nothing() {
	local id
	id=$(bisect broken '.older = "merge" | .newer = "n4"')
	wait_for "$SEARCH_LIMIT_S" 'the search to end' is_over "$id"
	equal "$(bisection "$id" .state)" not_here 'state'
	shows "/bisections/$id" 'Both ends behave alike'
}

site_start
TOKEN_OTHER=$(token trigger other)
profile standin
profile other
tree_start
line_make
post /api/v1/subscriptions '{"name": "list", "target": "list@example.org", "kinds": ["commit_found"], "public": true, "regzbot": true}' >/dev/null
runner_start
run_tests "$@"
