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

# locked TABLE: nobody else reads it until `unlocked`.
locked() {
	rm -f "$WORK/words"
	mkfifo "$WORK/words"
	psql -XqAt -d "$FAULTLINE_DATABASE" <"$WORK/words" >"$WORK/locked" &
	LOCKER=$!
	exec 7>"$WORK/words"
	echo "begin; lock table $1 in access exclusive mode; select 'locked';" >&7
	wait_for 10 'the lock' grep -q locked "$WORK/locked"
}
unlocked() {
	echo 'commit;' >&7
	exec 7>&-
	wait "$LOCKER"
}

# runner_is_heard: an order of a runner's is answered while none of the pages that came before it is.
runner_is_heard() {
	local i ended
	local -a clients=()
	for i in {1..8}; do
		curl -s -m 60 -o "$WORK/page" -w ended "$URL/bugs" >"$WORK/page.$i" &
		clients+=($!)
	done
	wait_for 5 'pages that wait' sql_says "select count(*) >= 3 from pg_stat_activity where wait_event_type = 'Lock' and query like '-- Bugs%'"
	TOKEN=$TOKEN_RUNNER http POST /api/v1/runner/attempts/999/heartbeat -d '{"step": "boot", "done": null, "of": null, "unit": null, "steps": []}'
	ended=$(cat "$WORK"/page.*)
	kill "${clients[@]}" || :
	equal "$STATUS$ended" 404
}

test_pages_leave_a_worker_to_runners() {
	locked bug
	wait_for 60 'a runner to be heard before any page' runner_is_heard
	unlocked
}

# The lock stands for a file of 4 GiB: whoever reads it takes long.
test_long_answers_leave_workers_to_the_others() {
	local hash i
	local -a clients=()
	head -c 3000000 /dev/urandom >"$WORK/large"
	hash=$(blob "$WORK/large")
	locked blob_chunk
	for i in {1..8}; do
		curl -s -m 30 -o "$WORK/answer.$i" -w '%{http_code}' "$URL/api/v1/blobs/$hash" >"$WORK/status.$i" &
		clients+=($!)
	done
	wait_for 4 'readers of the file' sql_says "select count(*) > 0 from pg_stat_activity where wait_event_type = 'Lock' and state = 'active'"
	for i in {1..4}; do
		curl -fsS -m 2 "$URL/api/v1/health" >/dev/null || fail 'the server is busy with files'
	done
	unlocked
	wait "${clients[@]}"
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

test_the_same_order_from_all_sides_is_one_run() {
	local hash i json
	hash=$(guest same-order <<<'hello; result done')
	json=$(jq -nc --arg hash "$hash" '{prebuilt: {release: "6.1.0-same", image: {sha256: $hash}}, profiles: ["standin"], repeats: 10}')
	for i in {1..24}; do
		http POST /api/v1/runs -H 'Idempotency-Key: same' --data-binary "$json" && printf '%s %s\n' "$STATUS" "$(jq -c '.run.id // .' <<<"$BODY")" >"$WORK/same.$i" &
	done
	wait_all
	RUN=$(sql "select id from run where idempotency_key = 'same'")
	equal "$(sort -u "$WORK"/same.*)" "202 $RUN" 'answers'
	equal "$(sql "select count(*) from job where run_id = $RUN")" 10 jobs
}

# All of them make the tree, or give its versions their places.
test_kernels_ordered_from_all_sides_share_a_tree() {
	local hash i
	hash=$(guest many <<<'hello; result done')
	for i in {1..24}; do
		http POST /api/v1/runs --data-binary "$(jq -nc --arg hash "$hash" --arg i "$i" \
			'{tree: "many", prebuilt: {release: ("6.\($i).0-many"), image: {sha256: $hash}}, profiles: ["standin"]}')" && printf '%s %s\n' "$STATUS" "$(jq -c '.error' <<<"$BODY")" >"$WORK/many.$i" &
	done
	wait_all
	for i in {25..48}; do
		hash=$(guest "many-$i" <<<'hello; result done')
		http POST /api/v1/runs --data-binary "$(jq -nc --arg hash "$hash" --arg i "$i" \
			'{tree: "many", prebuilt: {release: ("6.\($i).0-many"), image: {sha256: $hash}}, profiles: ["standin"]}')" && printf '%s %s\n' "$STATUS" "$(jq -c '.error' <<<"$BODY")" >"$WORK/many.$i" &
	done
	wait_all
	equal "$(sort -u "$WORK"/many.*)" '202 null' 'answers'
	equal "$(sql "select string_agg(split_part(c.subject, '.', 2), ' ' order by tc.ordinal) from tree_commit tc join commit c on c.id = tc.commit_id join tree t on t.id = tc.tree_id where t.name = 'many'")" \
		"$(seq -s ' ' 48)" 'versions in their order'
	sql "update job set state = 'cancelled', ended_at = now() where state = 'queued' and run_id <> (select id from run where idempotency_key = 'same')" >/dev/null
}

# The ten jobs of the test before, or of one like it.
test_a_storm_of_claims_gives_each_job_once() {
	local i name
	RUN=$(sql "select id from run where idempotency_key = 'same'")
	for name in storm-{1..4}; do
		post /api/v1/runner/register "$(jq -nc --arg name "$name" '{machine: {name: $name, arch: "x86_64", cpus: 1, memory_mb: 1, tags: ["arch:x86_64", "workload:migrate-hot"],
			runner_version: "0", kernel_release: "0", cpu_model: "0"}}')" >/dev/null
	done
	for i in {1..40}; do
		http POST /api/v1/runner/claim --data-binary "{\"machine\":\"storm-$((i % 4 + 1))\",\"claim_id\":\"$(cat /proc/sys/kernel/random/uuid)\"}" &&
			printf '%s %s\n' "$STATUS" "$(jq .job.id <<<"$BODY")" >"$WORK/storm.$i" &
	done
	wait_all
	equal "$(grep -hc '^200' "$WORK"/storm.* | paste -sd+ | bc)" 10 'claims that got a job'
	equal "$(grep -h '^200' "$WORK"/storm.* | sort -u | wc -l)" 10 'different jobs'
	equal "$(grep -hvc '^20[04]' "$WORK"/storm.* | paste -sd+ | bc)" 0 'other answers'
	api POST "/api/v1/runs/$RUN/cancel" >/dev/null
}

# Pieces of one file from four clients at once, each in an order of its own; a fifth lies.
test_a_file_sent_from_all_sides_arrives_whole() {
	local hash client
	head -c 800000 /dev/urandom >"$WORK/sides"
	hash=$(sha "$WORK/sides")
	for client in {1..5}; do
		sides "$hash" "$client" &
	done
	wait_all
	until [[ $(blob_state "$hash") == true ]]; do
		(wait_for 20 'the file to be whole' sides_again "$hash")
	done
	download "/api/v1/blobs/$hash" "$WORK/sides.back"
	cmp "$WORK/sides" "$WORK/sides.back"
}

sides() {
	local hash=$1 client=$2 at
	for at in $(seq 0 100000 700000 | shuf --random-source=<(yes "$client")) $(seq 0 100000 700000); do
		if [[ $client == 5 ]]; then
			http PUT "/api/v1/blobs/$hash?offset=$at&size=800000" --data-binary @<(head -c 100000 /dev/zero)
		else
			http PUT "/api/v1/blobs/$hash?offset=$at&size=800000" --data-binary @<(tail -c +$((at + 1)) "$WORK/sides" | head -c 100000)
		fi
		[[ $STATUS =~ ^(200|409|422)$ ]] || fail "a piece at $at: $STATUS $BODY"
	done
}

blob_state() { http HEAD "/api/v1/blobs/$1" && header X-Blob-Complete; }
sides_again() { sides "$1" 1 && [[ $(blob_state "$1") == true ]]; }

# wait_all: for this test's own children, all of which must do well.
wait_all() {
	local pid
	for pid in $(jobs -p); do
		[[ $(pid_of server) == "$pid" ]] || wait "$pid" || fail 'a client failed'
	done
}

test_random_requests_are_answered_and_leave_the_server_well() {
	hostile fuzz "$URL" "$FUZZ_S" "$FUZZ_SEED" "admin=$TOKEN_ADMIN" "runner=$TOKEN_RUNNER" "trigger=$TOKEN_TRIGGER" || fail 'these were answered wrongly'
	server_answers || fail 'the server does not answer'
	! grep -E ' (fault|error): ' "$WORK/server.log" || fail 'the server failed'
}

site_start
profile standin
run_tests "$@"
