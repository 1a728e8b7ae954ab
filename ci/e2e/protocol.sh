#!/bin/bash
# The runner's side of the API, played by hand: what is sent twice, late, in the wrong order or by somebody else.
# shellcheck source=ci/e2e/lib.sh
. "$(dirname "$0")/lib.sh"

uuid() { cat /proc/sys/kernel/random/uuid; }

# A machine of this name, registered.
machine() { post /api/v1/runner/register "$(register_text "$1")" >/dev/null; }

register_text() {
	jq -nc --arg name "$1" '{machine: {name: $name, arch: "x86_64", cpus: 2, memory_mb: 4096,
		tags: ["arch:x86_64", "workload:migrate-hot", "workload:migrate-reader"], runner_version: "0.1.0", kernel_release: "6.1.0",
		cpu_model: "stand-in", qemu_version: "7.2.22", compiler_version: null, disk_free_bytes: null}}'
}

# claim MACHINE CLAIM-ID [WAIT-S]: sets STATUS and BODY.
claim() {
	http POST /api/v1/runner/claim -H 'Content-Type: application/json' \
		--data-binary "$(jq -nc --arg m "$1" --arg id "$2" --argjson wait "${3:-0}" '{machine: $m, claim_id: $id, wait_s: $wait}')"
}

confirm() {
	http POST /api/v1/runner/confirm -H 'Content-Type: application/json' \
		--data-binary "$(jq -nc --arg m "$1" --arg id "$2" '{machine: $m, claim_id: $id}')"
}

# A queued job without a runner; its run.
job() { order_guest "$1-$(now_ms)" standin <<<'hello; result done'; }

# begin NAME: a job is ordered, claimed and confirmed by machine NAME; sets RUN, JOB and ATTEMPT.
begin() {
	local id
	machine "$1"
	RUN=$(job "$1")
	id=$(uuid)
	claim "$1" "$id"
	equal "$STATUS" 200 'claim'
	JOB=$(jq .job.id <<<"$BODY")
	confirm "$1" "$id"
	equal "$STATUS" 200 'confirmation'
	ATTEMPT=$(jq .attempt_id <<<"$BODY")
}

put() {
	local name=$1 offset=$2 text=$3
	http PUT "/api/v1/runner/attempts/$ATTEMPT/streams/$name?offset=$offset" --data-binary "$text"
}

# result JSON-CHANGE: sends a clean result, changed; sets STATUS and BODY.
result() {
	http POST "/api/v1/runner/attempts/$ATTEMPT/result" -H 'Content-Type: application/json' \
		--data-binary "$(jq -nc '{result: "clean", step: "collect", detail: null, steps: [{name: "boot", started_at: "2026-01-01T00:00:00Z", seconds: 1.5}],
			kernel_release: "6.1.0-x", page_size: 4096, accel: "tcg", build_seconds: null, is_built_from_cache: null, load_before: 0.1, load_during: 0.1,
			reproduce: "qemu", artifacts: [], streams: []} | '"${1:-.}")"
}

heartbeat() {
	http POST "/api/v1/runner/attempts/$ATTEMPT/heartbeat" -H 'Content-Type: application/json' \
		--data-binary '{"step":"boot","done":null,"of":null,"unit":null,"steps":[]}'
}

# Time passes by moving what the database remembers, so that nobody has to wait for it. The server has listened for long.
lease_passes() {
	sql "update attempt set lease_until = now() - interval '1 second' where id = $ATTEMPT; update listening set since = now() - interval '1 hour'" >/dev/null
}

# Another machine takes the job and begins it.
another_takes_it() {
	local id
	machine another
	id=$(uuid)
	claim another "$id"
	equal "$(jq .job.id <<<"$BODY")" "$JOB" 'the job that the other machine got'
	confirm another "$id"
	equal "$STATUS" 200 'its confirmation'
}
is_lost() { [[ $(sql "select state from attempt where id = $1") == lost ]]; }

test_an_unknown_machine_is_told_to_register() {
	claim nobody "$(uuid)"
	equal "$STATUS" 404
	equal "$(jq -r .code <<<"$BODY")" unknown_machine
}

test_a_repeated_claim_answers_the_same_job() {
	local id first
	machine again
	job again >/dev/null
	job again >/dev/null
	id=$(uuid)
	claim again "$id"
	first=$(jq .job.id <<<"$BODY")
	claim again "$id"
	equal "$(jq .job.id <<<"$BODY")" "$first" 'job of the repeated claim'
	confirm again "$id"
	local attempt
	attempt=$(jq .attempt_id <<<"$BODY")
	confirm again "$id"
	equal "$STATUS" 200 'the repeated confirmation'
	equal "$(jq .attempt_id <<<"$BODY")" "$attempt" 'its attempt'
	sql "update job set state = 'cancelled', ended_at = now() where state = 'queued'" >/dev/null
}

test_a_claim_that_nobody_confirms_goes_back_free_of_charge() {
	local id
	machine forgetful
	RUN=$(job forgetful)
	id=$(uuid)
	claim forgetful "$id"
	equal "$STATUS" 200
	sql "update job set claimed_at = claimed_at - interval '20 seconds' where run_id = $RUN" >/dev/null
	wait_for 20 'the job to be queued again' is_queued "$RUN"
	confirm forgetful "$id"
	equal "$STATUS" 409 'a late confirmation'
	equal "$(jq -r .code <<<"$BODY")" claim_gone
	equal "$(sql "select attempts from job where run_id = $RUN")" 0 'attempts charged'
	claim forgetful "$(uuid)"
	equal "$STATUS" 200 'the next claim'
	sql "update job set state = 'cancelled', claim_id = null, claim_machine_id = null, claimed_at = null, ended_at = now() where run_id = $RUN" >/dev/null
}

is_queued() { [[ $(sql "select state from job where run_id = $1") == queued ]]; }

test_a_waiting_claim_hears_of_a_new_job_at_once() {
	local started
	machine waiting
	started=$(now_ms)
	(claim waiting "$(uuid)" 20; printf '%s %s' "$STATUS" "$(now_ms)" >"$WORK/claimed") &
	local client=$!
	wait_for 5 'the claim to wait' grep -q . /proc/net/tcp
	job waiting >/dev/null
	wait "$client"
	equal "$(cut -d' ' -f1 "$WORK/claimed")" 200
	[[ $(($(cut -d' ' -f2 "$WORK/claimed") - started)) -lt 5000 ]] || fail 'it waited for more than 5 s'
	sql "update job set state = 'cancelled', claim_id = null, claim_machine_id = null, claimed_at = null, ended_at = now() where state in ('queued', 'leased')" >/dev/null
}

# Its machine was switched off, or its runner was stopped: nobody closed the claim but the kernel.
test_a_waiting_claim_whose_client_has_gone_gets_no_job() {
	local id client waiting
	machine gone
	id=$(uuid)
	waiting=$(claims_waiting)
	curl -s -m 60 -H "Authorization: Bearer $TOKEN" "$URL/api/v1/runner/claim" -o /dev/null \
		-d "{\"machine\":\"gone\",\"claim_id\":\"$id\",\"wait_s\":50}" &
	client=$!
	wait_for 5 'the claim to wait' is_waiting $((waiting + 1))
	kill -KILL "$client"
	wait "$client" 2>/dev/null || :
	RUN=$(job gone)
	claim gone "$(uuid)"
	equal "$STATUS" 200 'the claim of who is there'
	equal "$(jq .job.run_id <<<"$BODY")" "$RUN" 'its run'
	wait_for 8 'the claim of who has gone to be forgotten' is_waiting "$waiting"
	sql "update job set state = 'cancelled', claim_id = null, claim_machine_id = null, claimed_at = null, ended_at = now() where run_id = $RUN" >/dev/null
}

claims_waiting() { api GET /metrics | sed -n 's/^faultline_claims_waiting //p'; }
is_waiting() { [[ $(claims_waiting) == "$1" ]]; }

test_a_job_the_machine_cannot_do_is_not_given_to_it() {
	post /api/v1/runner/register '{"machine":{"name":"other","arch":"arm64","cpus":2,"memory_mb":4096,"tags":["arch:arm64"],"runner_version":"0.1.0","kernel_release":"6.1.0","cpu_model":"x","qemu_version":null,"compiler_version":null,"disk_free_bytes":null}}' >/dev/null
	RUN=$(job other)
	claim other "$(uuid)"
	equal "$STATUS" 204
	api POST "/api/v1/runs/$RUN/cancel" >/dev/null
}

test_bytes_sent_twice_stand_once() {
	begin twice
	put console 0 'hello '
	equal "$(jq .size <<<"$BODY")" 6
	put console 0 'hello world'
	equal "$(jq .size <<<"$BODY")" 11 'an overlapping piece'
	put console 6 'world'
	equal "$(jq .size <<<"$BODY")" 11 'an old piece'
	put console 20 'beyond'
	equal "$STATUS" 409 'a hole'
	equal "$(jq -c '[.code, .details.size]' <<<"$BODY")" '["hole",11]'
	stream "$ATTEMPT" console "$WORK/console"
	equal "$(cat "$WORK/console")" 'hello world' console
	result '.streams = [{name: "console", size: 11}]'
	equal "$STATUS" 200
}

test_many_pieces_at_once_and_out_of_order_leave_one_whole() {
	local i
	begin parallel
	for i in {1..20}; do
		put console $(((i - 1) * 5)) "p$(printf %03d "$i");" &
	done
	wait
	for i in {1..20}; do
		put console $(((i - 1) * 5)) "p$(printf %03d "$i");"
		equal "$STATUS" 200 "piece $i"
	done
	stream "$ATTEMPT" console "$WORK/console"
	equal "$(cat "$WORK/console")" "$(printf 'p%03d;' {1..20})" console
	result
}

test_a_gap_in_a_huge_stream_is_kept_as_a_gap() {
	begin gap
	put console 0 'the beginning'
	http PUT "/api/v1/runner/attempts/$ATTEMPT/streams/console?offset=13&gap_end=300000000" --data-binary 'the end'
	equal "$STATUS" 200 "$BODY"
	result
	stream "$ATTEMPT" console "$WORK/console"
	holds "$(cat "$WORK/console")" 'the beginning'
	holds "$(cat "$WORK/console")" 'the end'
	console_shows "$ATTEMPT" 'the beginning' 'the end'
}

test_a_result_sent_twice_is_known() {
	begin result-twice
	result
	equal "$STATUS $(jq -c .late <<<"$BODY")" '200 false' 'first'
	result
	equal "$STATUS $(jq -c .late <<<"$BODY")" '200 false' 'second'
	equal "$(sql "select count(*) from attempt where job_id = $JOB")" 1 attempts
	equal "$(sql "select state from job where id = $JOB")" 'done' job
}

test_another_result_for_the_same_attempt_does_not_replace_the_first() {
	begin two-minds
	result
	result '.result = "crash"'
	[[ $STATUS == 200 || $STATUS == 409 ]] || fail "$STATUS $BODY"
	equal "$(sql "select result from attempt where id = $ATTEMPT")" clean 'the result that is kept'
}

test_a_lease_that_ends_loses_the_attempt_and_queues_the_job_again() {
	begin silent
	lease_passes
	wait_for 30 'the attempt to be lost' is_lost "$ATTEMPT"
	equal "$(sql "select state from job where id = $JOB")" queued job
	shows "/attempts/$ATTEMPT" lost
	another_takes_it
	heartbeat
	equal "$STATUS" 409 heartbeat
	equal "$(jq -r .code <<<"$BODY")" lease_over
	api POST "/api/v1/runs/$RUN/cancel" >/dev/null
}

test_an_attempt_that_is_heard_again_before_another_has_the_job_goes_on() {
	begin heard-again
	lease_passes
	wait_for 30 'the attempt to be lost' is_lost "$ATTEMPT"
	heartbeat
	equal "$STATUS" 200 heartbeat
	equal "$(sql "select a.state || ' ' || j.state || ' ' || j.attempts || ' ' || coalesce(a.detail, 'none') from attempt a join job j on j.id = a.job_id where a.id = $ATTEMPT")" \
		'running running 1 none' 'attempt and job'
	result
	equal "$STATUS $(jq -c .late <<<"$BODY")" '200 false'
	equal "$(sql "select state from job where id = $JOB")" 'done' job
}

test_a_late_result_settles_a_job_that_nobody_has_taken_since() {
	begin late-alone
	lease_passes
	wait_for 30 'the attempt to be lost' is_lost "$ATTEMPT"
	result
	equal "$STATUS $(jq -c .late <<<"$BODY")" '200 true'
	equal "$(sql "select a.state || ' ' || a.is_late || ' ' || j.state from attempt a join job j on j.id = a.job_id where a.id = $ATTEMPT")" 'done true done'
}

test_a_late_result_is_kept_and_marked() {
	begin late
	put console 0 'said in time, '
	lease_passes
	wait_for 30 'the attempt to be lost' is_lost "$ATTEMPT"
	another_takes_it
	put console 14 'said late'
	equal "$STATUS" 200 'a late piece of console'
	result
	equal "$STATUS $(jq -c .late <<<"$BODY")" '200 true'
	equal "$(sql "select is_late and result = 'clean' from attempt where id = $ATTEMPT")" t 'the late result'
	stream "$ATTEMPT" console "$WORK/console"
	equal "$(cat "$WORK/console")" 'said in time, said late' console
	shows "/attempts/$ATTEMPT" 'after the lease had ended'
	console_shows "$ATTEMPT" 'said in time, said late'
	equal "$(sql "select state from job where id = $JOB")" running 'the job, which another has'
}

# as TOKEN CMD…: with another token.
as() { TOKEN=$1 "${@:2}"; }

test_a_runners_token_speaks_only_for_its_own_machines() {
	local mine other id json
	mine=$(token runner mine)
	other=$(token runner other)
	TOKEN=$mine
	json=$(register_text owned)
	post /api/v1/runner/register "$json" >/dev/null
	TOKEN=$TOKEN_ADMIN
	RUN=$(job owned)
	id=$(uuid)
	as "$other" refused 403 POST /api/v1/runner/register --data-binary "$json"
	as "$other" claim owned "$id"
	equal "$STATUS $(jq -r .code <<<"$BODY")" '403 other_machine' 'claim of another'
	holds "$(jq -r .error <<<"$BODY")" "machine 'owned' belongs to another token"
	as "$mine" claim owned "$id"
	equal "$STATUS" 200 claim
	as "$other" confirm owned "$id"
	equal "$STATUS" 403 'confirmation by another'
	as "$mine" confirm owned "$id"
	equal "$STATUS" 200 confirmation
	ATTEMPT=$(jq .attempt_id <<<"$BODY")
	as "$other" put console 0 'false words'
	equal "$STATUS" 403 'stream by another'
	as "$other" heartbeat
	equal "$STATUS" 403 'heartbeat by another'
	as "$other" result '.result = "crash"'
	equal "$STATUS" 403 'result by another'
	as "$mine" put console 0 'true words'
	equal "$STATUS" 200 stream
	as "$mine" result
	equal "$STATUS" 200 result
	stream "$ATTEMPT" console "$WORK/console"
	equal "$(cat "$WORK/console")" 'true words' console
}

test_an_admin_hands_a_machine_to_another_token() {
	local first second
	first=$(token runner first)
	second=$(token runner second)
	as "$first" post /api/v1/runner/register "$(register_text handed)" >/dev/null
	as "$first" refused 403 POST /api/v1/machines/handed/token --data-binary '{"token":"second"}'
	refused 400 POST /api/v1/machines/handed/token --data-binary '{"token":"nobody"}'
	refused 400 POST /api/v1/machines/handed/token --data-binary '{"token":"e2e-admin"}'
	refused 404 POST /api/v1/machines/nowhere/token --data-binary '{"token":"second"}'
	post /api/v1/machines/handed/token '{"token":"second"}' >/dev/null
	as "$second" post /api/v1/runner/register "$(register_text handed)" >/dev/null
	as "$first" refused 403 POST /api/v1/runner/register --data-binary "$(register_text handed)"
}

test_a_renewed_token_keeps_its_machines_and_ends_its_old_text() {
	local old new
	old=$(token runner renewed)
	as "$old" post /api/v1/runner/register "$(register_text renewed)" >/dev/null
	new=$("$BIN/faultline-server" token renew renewed 2>/dev/null)
	[[ $new == fl_runner_* && $new != "$old" ]] || fail "the new token: $new"
	as "$old" refused 401 POST /api/v1/runner/register --data-binary "$(register_text renewed)"
	as "$new" post /api/v1/runner/register "$(register_text renewed)" >/dev/null
	! "$BIN/faultline-server" token renew nobody 2>/dev/null || fail 'a token that is not there was renewed'
}

test_a_result_of_the_wrong_shape_is_refused_and_the_attempt_goes_on() {
	begin shapeless
	result '.result = "wonderful"'
	equal "$STATUS" 400 'an unknown result'
	result '.steps = 7'
	equal "$STATUS" 400 'steps that are no list'
	result '.artifacts = [{name: "image", sha256: ("0" * 64)}]'
	[[ $STATUS == 4?? ]] || fail "an artifact that is not there: $STATUS"
	heartbeat
	equal "$STATUS" 200 'heartbeat'
	result
	equal "$STATUS" 200
}

test_an_unknown_attempt_or_stream_is_not_found() {
	ATTEMPT=999999
	put console 0 x
	equal "$STATUS" 404 'stream of an unknown attempt'
	heartbeat
	[[ $STATUS == 404 || $STATUS == 409 ]] || fail "heartbeat of an unknown attempt: $STATUS"
	result
	equal "$STATUS" 404 'result of an unknown attempt'
	refused 404 GET /api/v1/attempts/999999
	http GET /attempts/999999 -H 'Accept: text/html'
	equal "$STATUS" 404 'its page'
	begin known
	http PUT "/api/v1/runner/attempts/$ATTEMPT/streams/nothing?offset=0" --data-binary x
	[[ $STATUS == 404 || $STATUS == 400 ]] || fail "an unknown stream: $STATUS"
	put console -1 x
	equal "$STATUS" 400 'a negative offset'
	put console 1e3 x
	equal "$STATUS" 400 'an offset that is no number'
	result
}

test_a_blob_arrives_in_pieces_and_is_checked_at_its_end() {
	local hash
	head -c 1500000 /dev/urandom >"$WORK/blob"
	hash=$(blob "$WORK/blob")
	http HEAD "/api/v1/blobs/$hash"
	equal "$STATUS $(header X-Blob-Size) $(header X-Blob-Complete)" '200 1500000 true'
	download "/api/v1/blobs/$hash" "$WORK/blob.back"
	cmp "$WORK/blob" "$WORK/blob.back"
	equal "$(blob "$WORK/blob")" "$hash" 'sent again'
	download "/api/v1/blobs/$hash" "$WORK/blob.back" -H 'Range: bytes=1000000-1000099'
	cmp <(tail -c +1000001 "$WORK/blob" | head -c 100) "$WORK/blob.back"
}

parked() { [[ $(api GET /metrics | awk '/^faultline_claims_waiting / { print $2 }') == 1 ]]; }

# A job whose machine must have a tag, or be one alone, goes to no other; a parked one hears of it at once.
test_tags_and_pins_choose_the_machine() {
	local run id waiting
	machine here
	machine pinned
	for run in $(sql "select distinct run_id from job where state in ('queued', 'leased', 'running')"); do
		post "/api/v1/runs/$run/cancel" '{}' >/dev/null # else what an earlier test's lease lets go is taken in place of these
	done
	order_guest "tagged-$(now_ms)" standin '.tags = ["rare"]' <<<'hello; result done' >/dev/null
	run=$(order_guest "pinned-$(now_ms)" standin '.machine = "pinned"' <<<'hello; result done')
	claim here "$(uuid)"
	equal "$STATUS" 204 'claim of a machine without the tag'
	claim pinned "$(uuid)"
	equal "$(jq .job.run_id <<<"$BODY")" "$run" 'run of the pinned job'
	post /api/v1/runner/register "$(register_text rare | jq '.machine.tags += ["rare"]')" >/dev/null
	id=$(uuid)
	claim rare "$id"
	equal "$STATUS" 200 'claim of the machine with the tag'
	(claim pinned "$(uuid)" 20; jq .job.run_id <<<"$BODY" >"$WORK/awaited") &
	waiting=$!
	wait_for 10 'a parked claim' parked
	run=$(order_guest "pinned-$(now_ms)" standin '.machine = "pinned"' <<<'hello; result done')
	wait "$waiting"
	equal "$(cat "$WORK/awaited")" "$run" 'run of the parked claim'
}

test_a_run_changes_its_priority() {
	local slow quick
	machine "${FUNCNAME[0]}"
	slow=$(order_guest "slow-$(now_ms)" standin ".machine = \"${FUNCNAME[0]}\"" <<<'hello; result done')
	quick=$(order_guest "quick-$(now_ms)" standin ".machine = \"${FUNCNAME[0]}\"" <<<'hello; result done')
	equal "$(post "/api/v1/runs/$quick/priority" '{"priority": 90}' | jq .run.priority)" 90 'priority'
	claim "${FUNCNAME[0]}" "$(uuid)"
	equal "$(jq .job.run_id <<<"$BODY")" "$quick" 'run that goes first'
	refused 400 POST "/api/v1/runs/$slow/priority" --data-binary '{"priority": 101}'
	refused 404 POST /api/v1/runs/999999/priority --data-binary '{"priority": 1}'
	refused 400 POST /api/v1/runs --data-binary '{"tree": "x", "commit": "main", "profiles": ["standin"], "tags": ["a b"]}'
}

site_start
TOKEN=$TOKEN_ADMIN
profile standin
run_tests "$@"
