#!/bin/bash
# What operators rely on: probes, metrics, configuration by file, units of systemd, and a backup that gives everything back.
# shellcheck source=ci/e2e/lib.sh
. "$(dirname "$0")/lib.sh"

probe() { curl -sS -m 20 -o "$WORK/probe" -w '%{http_code}' "$URL$1"; }
probe_is() { [[ $(probe "$1") == "$2" ]]; }

test_probes_tell_a_process_that_lives_from_one_that_can_work() {
	equal "$(probe /healthz) $(probe /readyz)" '200 200' 'with a database'
	"$REPO/ci/postgres.sh" stop "$WORK/pg" >/dev/null 2>&1
	wait_for 30 'it to be not ready' probe_is /readyz 503
	equal "$(probe /healthz)" 200 'without one'
	"$REPO/ci/postgres.sh" start "$WORK/pg" >/dev/null 2>&1
	wait_for 30 'it to be ready again' probe_is /readyz 200
}

test_metrics_are_as_prometheus_reads_them() {
	local words
	curl -fsS "$URL/metrics" >"$WORK/metrics"
	words=$(promtool check metrics <"$WORK/metrics" 2>&1) || fail "promtool: $words"
	equal "$words" '' 'what promtool has to say'
	grep -q '^faultline_build_info{version="' "$WORK/metrics" || fail "no version in: $(cat "$WORK/metrics")"
}

# listens NAME: a socket as systemd's; what comes is written to NAME, a line each.
listens() {
	start "$1" /usr/bin/python3 -uc 'import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.bind(sys.argv[1])
print("bound", file=sys.stderr)
while True: print(s.recv(100).decode(), file=open(sys.argv[1] + ".said", "a"), flush=True)' "$WORK/$1.sock"
	wait_for 10 'the socket' test -S "$WORK/$1.sock"
}

# is_said_twice SOCKET WORD
is_said_twice() { (($(grep -cx "$2" "$WORK/$1.sock.said") >= 2)); }

test_options_come_from_a_file_and_are_checked_before_they_count() {
	local port
	port=$(port_free)
	printf '# of this test\nlisten = 127.0.0.1:%d\n\n  lease=30  \nstate = %s\n' "$port" "$WORK/other" >"$WORK/server.conf"
	"$BIN/faultline-server" run --check --config "$WORK/server.conf" >"$WORK/words" 2>&1 || fail "refused: $(cat "$WORK/words")"
	holds "$(cat "$WORK/words")" 'all is well'
	! "$BIN/faultline-server" run --check --config "$WORK/server.conf" --listen nowhere 2>"$WORK/words" || fail 'an address that is none'
	! "$BIN/faultline-server" run --check --config "$WORK/server.conf" --database 'host=/nowhere' 2>"$WORK/words" || fail 'a database that is none'
	printf 'lease = soon\n' >>"$WORK/server.conf"
	! "$BIN/faultline-server" run --check --config "$WORK/server.conf" 2>"$WORK/words" || fail 'a lease that is none'
	holds "$(cat "$WORK/words")" "--lease: 'soon'"
	sed -i 's/^lease = soon/leese = 3/' "$WORK/server.conf"
	! "$BIN/faultline-server" run --check --config "$WORK/server.conf" 2>"$WORK/words" || fail 'an option that is none'
	holds "$(cat "$WORK/words")" "'leese"
	sed -i '/^leese/d' "$WORK/server.conf"
	listens systemd
	NOTIFY_SOCKET=$WORK/systemd.sock WATCHDOG_USEC=300000 start other "$BIN/faultline-server" serve --config "$WORK/server.conf"
	wait_for 20 'it to say that it is ready' grep -qx READY=1 "$WORK/systemd.sock.said"
	server_answers "http://127.0.0.1:$port" || fail 'it said so too early'
	wait_for 20 'it to say again and again that it lives' is_said_twice systemd WATCHDOG=1
	stop other
	grep -qx STOPPING=1 "$WORK/systemd.sock.said" || fail 'it did not say that it stops'
	stop systemd
}

test_a_runner_tells_systemd_that_it_lives_and_that_it_stops() {
	listens lab
	NOTIFY_SOCKET=$WORK/lab.sock WATCHDOG_USEC=300000 runner_start watched
	wait_for 20 'it to say that it is ready' grep -qx READY=1 "$WORK/lab.sock.said"
	wait_for 20 'it to say again and again that it lives' is_said_twice lab WATCHDOG=1
	stop watched
	grep -qx STOPPING=1 "$WORK/lab.sock.said" || fail 'it did not say that it stops'
	stop lab
}

# is_confined NAME EXPOSURE: the unit gives a process that was taken over no more than this.
is_confined() {
	local words
	words=$(systemd-analyze security --no-pager --offline=true --threshold="$2" "$WORK/faultline-$1.service" 2>&1) ||
		fail "faultline-$1.service: $(tail -n 1 <<<"$words")"
	holds "$words" 'Overall exposure level'
}

test_units_are_as_systemd_wants_them() {
	local words unit
	command -v systemd-analyze >/dev/null || skip 'systemd-analyze is not installed'
	for unit in "$REPO"/ci/systemd/faultline-{server,runner,runner-self}.service; do
		sed 's|^Exec\([A-Za-z]*\)=/usr/bin/faultline-[a-z]*|Exec\1=/bin/true|' "$unit" >"$WORK/${unit##*/}"
		words=$(systemd-analyze verify --man=no "$WORK/${unit##*/}" 2>&1 | grep -F "${unit##*/}" || :)
		equal "$words" '' "what systemd says of ${unit##*/}"
	done
	# Exposure in tenths of a point, of 100; the runner that stresses its own kernel has to be root, and is not judged.
	is_confined server 20
	is_confined runner 50
}

# The database is all there is to keep: consoles and files are in it.
test_a_backup_gives_everything_back() {
	local run attempt database path
	run=$(order_guest kept standin <<<"hello; console 'kept for later'; phase workload; sample 0 0; sample 7 1; result done")
	attempt=$(ends "$run" clean)
	stop runner
	database=$(sql 'select current_database()')
	pg_dump -Fc -d "$FAULTLINE_DATABASE" >"$WORK/backup"
	stream "$attempt" console "$WORK/console"
	for path in "/api/v1/attempts/$attempt" "/api/v1/attempts/$attempt/samples" "/api/v1/runs/$run" /api/v1/profiles; do
		api GET "$path" >>"$WORK/before"
	done
	stop server
	psql -XqAt -d "${FAULTLINE_DATABASE/dbname=$database/dbname=postgres}" -c "alter database $database rename to lost" -c "create database $database"
	pg_restore --exit-on-error -d "$FAULTLINE_DATABASE" "$WORK/backup"
	"$BIN/faultline-server" migrate --check 2>>"$WORK/server.log"
	server_start
	for path in "/api/v1/attempts/$attempt" "/api/v1/attempts/$attempt/samples" "/api/v1/runs/$run" /api/v1/profiles; do
		api GET "$path" >>"$WORK/after"
	done
	cmp "$WORK/before" "$WORK/after" || fail "it differs: $(diff "$WORK/before" "$WORK/after" | head -c 2000)"
	mv "$WORK/console" "$WORK/console.before"
	stream "$attempt" console "$WORK/console"
	cmp "$WORK/console.before" "$WORK/console" || fail 'the console differs'
	download "/api/v1/blobs/$(sha "$WORK/guest-kept")" "$WORK/artifact"
	cmp "$WORK/guest-kept" "$WORK/artifact" || fail 'the image differs'
	runner_start runner
	ends "$(order_guest again standin <<<'hello; phase workload; sample 0 0; sample 1 0; result done')" clean >/dev/null
}

site_start
profile standin
runner_start runner
run_tests "$@"
