#!/bin/bash
# What dies and comes back: PostgreSQL, server, runner. Nothing that was sent is lost, nothing is done twice, and every
# part goes on by itself.
# shellcheck source=ci/e2e/lib.sh
. "$(dirname "$0")/lib.sh"

# A guest that speaks a line each time the test lets it: it waits for the file $WORK/go to hold more.
talker() {
	cat <<-SH
		hello
		phase workload
		sample 0 0
		for i in {1..4}; do
			until [ "\$(cat "$WORK/go")" -ge \$i ]; do read -rt 0.1 <> <(:); done
			console "line \$i"
			sample \$((i * 10)) \$i
		done
		result done
	SH
}

console_has() { stream "$1" console "$WORK/console" && grep -qaF "$2" "$WORK/console"; }

# talk NAME LINES: its run and attempt, in `run` and `attempt` of the caller, once it has said so many lines.
talk() {
	echo "$2" >"$WORK/go"
	run=$(talker | order_guest "$1" standin)
	wait_for 20 'an attempt' has_attempt "$run"
	attempt=$(attempt_of "$run")
	wait_for 20 "line $2" console_has "$attempt" "line $2"
}

# All four lines, once each, in order; all samples.
nothing_lost() {
	local attempt=$1
	stream "$attempt" console "$WORK/console"
	equal "$(grep -a '^line' "$WORK/console" | tr -d '\r' | tr '\n' ' ')" 'line 1 line 2 line 3 line 4 ' 'console'
	equal "$(samples_of "$attempt")" '[[0,0],[10,1],[20,2],[30,3],[40,4]]' samples
	equal "$(api GET "/api/v1/attempts/$attempt" | jq '(.attempt // .).exposure')" 44 exposure
}

test_the_server_waits_for_postgresql_at_its_start() {
	stop server
	"$REPO/ci/postgres.sh" stop "$WORK/pg" >/dev/null 2>&1
	server_launch
	wait_for 20 'the server to say what it waits for' grep -qiE 'postgres|database|connect' "$WORK/server.log"
	is_running server || fail 'the server gave up'
	if curl -fsS -m 2 "$URL/api/v1/health" >/dev/null 2>&1; then
		fail 'the server says it is well without PostgreSQL'
	fi
	cluster_start
	wait_for 30 'the server to answer' server_answers
}

test_postgresql_restarts_in_the_middle_of_an_attempt() {
	local run attempt
	talk pg-restart 1
	"$REPO/ci/postgres.sh" stop "$WORK/pg" >/dev/null 2>&1
	echo 2 >"$WORK/go"
	http GET /api/v1/runs
	equal "$STATUS" 503 'without PostgreSQL'
	[[ $(header Retry-After) -gt 0 ]] || fail 'no Retry-After'
	http GET /queue -H 'Accept: text/html'
	equal "$STATUS" 503 'a page without PostgreSQL'
	holds "$(header Content-Type)" text/html
	cluster_start
	echo 4 >"$WORK/go"
	equal "$(ends "$run" clean 60)" "$attempt" 'the attempt that ended'
	nothing_lost "$attempt"
}

test_the_server_is_killed_while_streams_come_in() {
	local run attempt
	talk server-kill 1
	stop server KILL
	echo 3 >"$WORK/go"
	server_start
	wait_for 30 'the third line' console_has "$attempt" 'line 3'
	stop server KILL
	echo 4 >"$WORK/go"
	server_start
	equal "$(ends "$run" clean 60)" "$attempt" 'the attempt that ended'
	nothing_lost "$attempt"
}

test_a_guest_goes_on_while_the_server_is_away_for_longer_than_its_lease() {
	local run attempt
	stop server
	server_start --lease 3
	talk away-long 1
	stop server KILL
	echo 3 >"$WORK/go"
	wait_for 10 'the lease to be over' lease_is_over "$attempt"
	server_start --lease 3
	wait_for 30 'the third line' console_has "$attempt" 'line 3'
	"$REPO/ci/postgres.sh" stop "$WORK/pg" >/dev/null 2>&1
	wait_for 10 'a heartbeat without PostgreSQL' grep -q 'heartbeat: 503' "$WORK/runner.log"
	cluster_start
	sql "update attempt set lease_until = now() - interval '1 minute' where id = $attempt; update listening set seen_at = now() - interval '1 minute'" >/dev/null
	echo 4 >"$WORK/go"
	equal "$(ends "$run" clean 60)" "$attempt" 'the attempt that ended'
	equal "$(sql "select is_late || ' ' || number from attempt where id = $attempt")" 'false 1' 'late, and which try'
	nothing_lost "$attempt"
	stop server
	server_start
}

lease_is_over() { [[ $(sql "select lease_until < now() from attempt where id = $1") == t ]]; }

test_the_server_ends_in_order_while_clients_wait() {
	curl -sSN -m 60 "$URL/api/v1/events" >/dev/null 2>&1 &
	local listener=$!
	stop server
	wait "$listener" || :
	server_start
}

test_a_runner_killed_with_its_guest_delivers_later_and_tries_again() {
	local run attempt guests
	talk runner-kill 2
	stop runner KILL
	wait_for 10 'the guest to die with its runner' no_guest
	guests=$(pgrep -f "$WORK/state-runner" || :)
	equal "$guests" '' 'processes left'
	echo 4 >"$WORK/go"
	runner_start runner
	run_wait "$run" 60
	equal "$(sql "select count(*) from attempt a join job j on j.id = a.job_id where j.run_id = $run")" 2 attempts
	console_shows "$attempt" 'line 2'
	attempt=$(attempt_of "$run")
	nothing_lost "$attempt"
	shows "/runs/$run" clean
}

no_guest() { ! pgrep -f "$WORK/state-runner"; }

# The server has none of the attempt's files when the runner that had them dies.
test_a_result_and_its_files_outlive_server_and_runner() {
	local run attempt
	talk files-later 1
	stop server KILL
	sql 'delete from blob where not exists (select from attempt_artifact a where a.sha256 = blob.sha256)'
	echo 4 >"$WORK/go"
	wait_for 20 'the result' test -s "$WORK/state-runner/spool/$attempt/result.json"
	stop runner KILL
	server_start
	runner_start runner
	run_wait "$run" 60
	equal "$(sql "select result from attempt where id = $attempt")" clean 'the result of the attempt'
	nothing_lost "$attempt"
	equal "$(sql "select bool_and(is_complete) from attempt_artifact join blob using (sha256) where attempt_id = $attempt")" t 'its files'
	[[ -z $(ls "$WORK/state-runner/spool") ]] || fail 'the spool still holds it'
}

test_a_runner_killed_in_the_middle_of_a_build_goes_on() {
	local run first
	run=$(order '{"tree":"tiny","commit":"slow","profiles":["standin"]}')
	wait_for 30 'the build to begin' is_building "$run"
	first=$(attempt_of "$run")
	stop runner KILL
	wait_for 10 'make to die with its runner' no_guest
	runner_start runner
	wait_for 40 'a second attempt' has_attempts "$run" 2
	shows "/attempts/$first" 'the runner was killed'
	api POST "/api/v1/runs/$run/cancel" >/dev/null
	run_wait "$run" 40
	run=$(order '{"tree":"tiny","commit":"good","profiles":["standin"]}')
	ends "$run" clean 60 >/dev/null
}

is_building() { [[ $(sql "select max(step) from attempt a join job j on j.id = a.job_id where j.run_id = $1") == build ]]; }
has_attempts() { [[ $(sql "select count(*) from attempt a join job j on j.id = a.job_id where j.run_id = $1") -ge $2 ]]; }

test_a_runner_told_to_end_ends_its_guest_and_says_so() {
	local run attempt
	talk runner-term 1
	stop runner
	equal "$(pgrep -f "$WORK/state-runner" || :)" '' 'processes left'
	echo 4 >"$WORK/go"
	runner_start runner
	run_wait "$run" 60
	shows "/attempts/$attempt" 'the runner was stopped'
	console_shows "$attempt" 'line 1'
	nothing_lost "$(attempt_of "$run")"
}

test_a_runner_outlives_a_server_that_is_away() {
	local run
	stop server
	wait_for 20 'the runner to notice' grep -qiE 'connect|server' "$WORK/runner.log"
	server_start
	run=$(order_guest afterwards standin <<<'hello; result done')
	ends "$run" clean 40 >/dev/null
}

test_counts_are_what_the_attempts_give() {
	counts_are_true
}

site_start
profile standin '.attempts_max = 3 | .silence_limit_s = 60'
tree_start
before_each() {
	is_running server || server_start
	runner_ensure runner
	echo 9 >"$WORK/go" # what an earlier test left may end
}
run_tests "$@"
