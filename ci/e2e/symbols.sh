#!/bin/bash
# Where in the source a crash lies: the kernel is built once more with debug information when no job waits, what crashed is looked up in
# its vmlinux, and every report of that kernel has file and line from then on. The stand-in's vmlinux is a real ELF file.
# shellcheck source=ci/e2e/lib.sh
. "$(dirname "$0")/lib.sh"

# crash TAG: a run of that commit; its attempt.
crash() {
	ends "$(order "$(jq -nc --arg commit "$1" '{tree: "tiny", commit: $commit, profiles: ["standin"]}')")" crash 60
}

order_of() { sql "select o.$2 from symbol_order o join attempt_kernel k using (kernel_id) where k.attempt_id = $1"; }
order_is() { [[ $(order_of "$1" state) == "$2" ]]; }

# The frames of an attempt's report, as the API has them.
frames() { api GET "/api/v1/attempts/$1" | jq -c '.attempt.occurrences[0].frames'; }

test_a_crash_names_its_source_lines_and_who_was_inlined() {
	local attempt bug
	attempt=$(crash trap)
	wait_for 30 'the symbols' order_is "$attempt" 'done'
	equal "$(frames "$attempt" | jq -c '[.[] | [(.function | sub("\\..*"; "")), .file, .line, [.inlined[] | [.function, .file, .line]]]]')" \
		'[["tiny_read","init/main.c",15,[["page_put","init/main.c",7]]],["kernel_main","init/main.c",21,[]]]' frames
	equal "$(api GET "/api/v1/attempts/$attempt" | jq -c '.attempt.occurrences[0] | [.source_file, .source_line]')" '["init/main.c",7]' 'the guilty file'
	shows "/attempts/$attempt" 'init/main.c:15' 'page_put init/main.c:7' 'init/main.c:21'
	console_shows "$attempt" 'init/main.c:15' 'page_put init/main.c:7'
	bug=$(sql "select bug_id from occurrence where attempt_id = $attempt")
	shows "/bugs/$bug" 'init/main.c:15' 'guilty source file'
	http GET "/attempts/$attempt"
	holds "$BODY" "href=\"https://example.org/tiny/tree/init/main.c?id=$(git -C "$TREE" rev-parse trap)#n15\"" 'the link to the line'
}

test_the_order_is_no_attempt_and_tells_of_itself() {
	local attempt build_id
	attempt=$(sql 'select min(attempt_id) from attempt_kernel')
	equal "$(sql "select count(*) from attempt a join job j on j.id = a.job_id join job mine on mine.revision_id = j.revision_id
		join attempt ours on ours.job_id = mine.id where ours.id = $attempt")" 1 'attempts of the crashed revision'
	build_id=$(api GET "/api/v1/attempts/$attempt" | jq -r .attempt.build_id)
	equal "$(api GET "/api/v1/symbols/$build_id" | jq -c '.kernels[0] | [.tree, .state, .vmlinux.machine, (.vmlinux.size > 1000), (.symbols | length)]')" \
		'["tiny","done","runner",true,2]' 'the kernel'
	equal "$(api GET "/api/v1/symbols/$build_id?function=kernel_main" | jq -c '[.kernels[0].symbols[].frames[].line]')" '[21]' 'one function'
	refused 404 GET "/api/v1/symbols/$(printf '0%.0s' {1..40})"
	ls "$WORK"/state-runner/vmlinux/"$build_id"-* >/dev/null
}

test_the_next_crash_of_that_kernel_is_answered_from_the_cache() {
	local first attempt queued
	first=$(sql 'select min(attempt_id) from attempt_kernel')
	queued=$(order_of "$first" queued_at)
	attempt=$(crash trap)
	wait_for 20 'the symbols' symbolised "$attempt"
	equal "$(frames "$attempt" | jq -c '[.[].line]')" '[15,21]' lines
	equal "$(order_of "$attempt" queued_at)" "$queued" 'when the order was queued'
}

symbolised() { [[ $(sql "select is_symbolised from occurrence where attempt_id = $1") == t ]]; }

test_code_that_came_out_otherwise_gives_no_line() {
	local attempt
	attempt=$(crash debug-other)
	wait_for 30 'the symbols' order_is "$attempt" 'done'
	equal "$(frames "$attempt" | jq -c '[.[0] | .source, .file]')" '["differs",null]' 'the frame'
}

test_an_order_gives_way_to_a_job_and_costs_no_try() {
	local attempt
	attempt=$(crash debug-slow)
	wait_for 30 'the debug build to begin' builds_for_ever
	shows /queue 'at it' "$(git -C "$TREE" rev-parse --short=12 debug-slow)"
	ends "$(order_guest passes standin <<<'hello; phase workload; sample 0 0; sample 9 1; result done')" clean 30 >/dev/null
	[[ $(order_of "$attempt" tries) -le 1 ]] || fail "it has cost $(order_of "$attempt" tries) tries"
	[[ $(order_of "$attempt" error) == '' ]] || fail "$(order_of "$attempt" error)"
	stop runner
	equal "$(order_of "$attempt" state)" queued 'the order of a runner that ended'
}

# claim [MORE]: what a runner that asks for symbols is given.
claim() {
	TOKEN=$TOKEN_RUNNER post /api/v1/runner/claim "{\"machine\":\"runner\",\"claim_id\":\"$(cat /proc/sys/kernel/random/uuid)\",\"symbols\":true${1:-}}" >"$WORK/claimed"
	jq -r 'keys[0]' "$WORK/claimed"
}

answer() { http POST "/api/v1/runner/symbols/$1/answer" -H 'Content-Type: application/json' --data-binary "$2"; }

test_jobs_go_first_except_for_a_runner_that_had_nothing_else_for_long() {
	local id CLAIM
	is_gone runner || stop runner
	order_guest waits standin <<<'hello; result done' >/dev/null
	equal "$(claim)" job 'with a job queued'
	equal "$(claim ',"symbols_first":true')" symbols 'for who has waited'
	id=$(jq .symbols.id "$WORK/claimed")
	CLAIM=$(jq -r .symbols.claim_id "$WORK/claimed")
	refused 409 POST "/api/v1/runner/symbols/$id/answer" --data-binary '{"claim_id":"00000000-0000-0000-0000-000000000000","gave_way":true}'
	refused 400 POST "/api/v1/runner/symbols/$id/answer" --data-binary "{\"claim_id\":\"$CLAIM\",\"symbols\":[{\"function\":\"f\"}]}"
	refused 400 POST "/api/v1/runner/symbols/$id/answer" --data-binary "{\"claim_id\":\"$CLAIM\"}"
	answer "$id" "{\"claim_id\":\"$CLAIM\",\"error\":\"no room\"}"
	equal "$STATUS" 200 'an excuse'
	equal "$(sql "select state || tries || error from symbol_order where kernel_id = $id")" 'queued1no room' 'the order'
	answer "$id" "{\"claim_id\":\"$CLAIM\",\"error\":\"no room\"}"
	equal "$STATUS" 409 'the same once more'
	sql "update symbol_order set state = 'done' where state = 'queued'" >/dev/null # it would be built for ever
}

builds_for_ever() { [[ $(sql "select count(*) from symbol_order where state = 'leased'") == 1 && -e $WORK/state-runner/worktrees/tiny-x86_64/out-x86_64-debug/init/main.o ]]; }

# A build that fails is told and tried three times; the report stays as it was.
test_a_debug_build_that_fails_says_why() {
	local attempt
	attempt=$(crash debug-broken)
	wait_for 30 'the first try' tried "$attempt"
	holds "$(order_of "$attempt" error)" 'error:' 'why'
	sql "update symbol_order set retry_at = now(), tries = 2 where state = 'queued'" >/dev/null
	wait_for 30 'the last try' order_is "$attempt" failed
	equal "$(frames "$attempt" | jq -c '.[0].file')" null 'the frame'
	shows "/attempts/$attempt" 'No source lines' 'error:'
}

tried() { [[ $(order_of "$1" error) ]]; }

site_start
profile standin
tree_start
sql "update tree set web_url = 'https://example.org/tiny/commit/?id=' where name = 'tiny'" >/dev/null
before_each() { runner_ensure runner; }
run_tests "$@"
