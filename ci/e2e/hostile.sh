#!/bin/bash
# What a hostile client can do to the others: take all memory, all workers, all connections, or listen on after its token
# has ended. The server answers, and honest clients are served meanwhile. hostile.py is the client.
#   FUZZ_S=600 FUZZ_SEED=7 make test T=e2e/hostile     random requests for ten minutes
# shellcheck source=ci/e2e/lib.sh
. "$(dirname "$0")/lib.sh"

FUZZ_S=${FUZZ_S:-5} FUZZ_SEED=${FUZZ_SEED:-1}

hostile() { timeout $((FUZZ_S + 60)) /usr/bin/python3 "$REPO/ci/e2e/hostile.py" "$@"; }

test_bodies_of_strangers_take_no_room_from_others() { hostile strangers "$URL" 60 "$TOKEN_ADMIN"; }

test_a_thousand_connections_that_say_little_hold_up_nobody() { hostile crowd "$URL" 1000 "$TOKEN_ADMIN"; }

# The lock stands for a file of 4 GiB: whoever reads it takes long.
test_long_answers_leave_workers_to_the_others() {
	local hash i
	local -a clients=()
	head -c 3000000 /dev/urandom >"$WORK/large"
	hash=$(blob "$WORK/large")
	mkfifo "$WORK/words"
	psql -XqAt -d "$FAULTLINE_DATABASE" <"$WORK/words" >"$WORK/locked" &
	local locker=$!
	exec 7>"$WORK/words"
	echo "begin; lock table blob_chunk in access exclusive mode; select 'locked';" >&7
	wait_for 10 'the lock' grep -q locked "$WORK/locked"
	for i in {1..8}; do
		curl -s -m 30 -o "$WORK/answer.$i" -w '%{http_code}' "$URL/api/v1/blobs/$hash" >"$WORK/status.$i" &
		clients+=($!)
	done
	wait_for 4 'readers of the file' sql_says "select count(*) > 0 from pg_stat_activity where wait_event_type = 'Lock' and state = 'active'"
	for i in {1..4}; do
		curl -fsS -m 2 "$URL/api/v1/health" >/dev/null || fail 'the server is busy with files'
	done
	echo 'commit;' >&7
	exec 7>&-
	wait "$locker" "${clients[@]}"
	for i in {1..8}; do
		equal "$(cat "$WORK/status.$i")" 200 "download $i"
		cmp "$WORK/large" "$WORK/answer.$i"
	done
}

sql_says() { [[ $(sql "$1") == t ]]; }

test_an_event_stream_ends_with_its_token() {
	local name
	local -A text
	stop server
	server_start --closed
	text[ends]=$(token read ends)
	text[changes]=$(token read changes)
	text[stays]=$(token read stays)
	for name in ends changes stays; do
		start "listener-$name" curl -sSN -m 60 -H "Authorization: Bearer ${text[$name]}" "$URL/api/v1/events"
		wait_for 5 'the stream' grep -q retry "$WORK/listener-$name.log"
	done
	"$BIN/faultline-server" token revoke ends 2>/dev/null
	"$BIN/faultline-server" token renew changes >/dev/null 2>&1
	wait_for 12 'the stream of the revoked token to end' is_gone listener-ends
	wait_for 12 'the stream of the renewed token to end' is_gone listener-changes
	is_running listener-stays || fail 'another stream ended too'
	stop listener-stays
	stop server
	server_start
}

test_random_requests_are_answered_and_leave_the_server_well() {
	hostile fuzz "$URL" "$FUZZ_S" "$FUZZ_SEED" "admin=$TOKEN_ADMIN" "runner=$TOKEN_RUNNER" "trigger=$TOKEN_TRIGGER" || fail 'these were answered wrongly'
	server_answers || fail 'the server does not answer'
	! grep -E ' (fault|error): ' "$WORK/server.log" || fail 'the server failed'
}

site_start
profile standin
run_tests "$@"
