#!/bin/bash
# `make bench`: figures, each with what it is compared with, measured in this same run. Nothing here passes or fails.
#   ci/bench.sh [console|stats|service|fleet|pages|short|overhead]…    default: all but big; `overhead` builds kernels and takes the longest
#   ci/bench.sh big       pages, of 10,000 commits and a million attempts: 3.4 GB, made before it measures
#   PAIRS=N   interleaved pairs of the overhead measurements (default 5)
set -euo pipefail
# shellcheck source=ci/lib.sh
. "$(dirname "$0")/lib.sh"

readonly START_LIMIT_S=60 STOP_LIMIT_S=30
export PAIRS=${PAIRS:-5}
WORK='' SERVER_PID='' RUNNER_PID='' CLUSTER=''

finish() {
	local pid
	trap '' INT TERM
	for pid in $RUNNER_PID $SERVER_PID; do
		program_stop "$pid" "$STOP_LIMIT_S" || :
	done
	[[ ! $CLUSTER ]] || "$REPO/ci/postgres.sh" stop "$CLUSTER" || :
	[[ ! $WORK ]] || rm -rf -- "$WORK"
}

# A cluster that syncs to disk, as a real one does: its folder goes away afterwards.
cluster_start() {
	CLUSTER=$WORK/postgres
	FAULTLINE_DATABASE=$("$REPO/ci/postgres.sh" start "$CLUSTER")
	export FAULTLINE_DATABASE
	as_user "$APP/bin/faultline-server" migrate
}

# start NAME CMD…: it ends with us.
start() { AS_USER_DIES=1 program_start "$WORK/$1.log" "${@:2}"; }

server_start() {
	URL=http://127.0.0.1:$(port_free)
	start server "$APP/bin/faultline-server" run --listen "${URL#http://}" --state "$WORK/server" --golden-every-hours 0 --golden-every-jobs 0
	SERVER_PID=$PROGRAM_PID
	server_wait "$SERVER_PID" "$URL" "$WORK/server.log" "$START_LIMIT_S"
}

runner_start() {
	start runner "$APP/bin/faultline-runner" --server "$URL" --token-file "$WORK/token" \
		--state "$STATE/bench-runner" --share "$APP/share/faultline" --name bench --accel tcg
	RUNNER_PID=$PROGRAM_PID
}

# As the runner's own user: what the bare scripts build and boot lies in its folders.
measure() {
	as_user env SERVER_PID="$SERVER_PID" RUNNER_PID="$RUNNER_PID" PYTHONDONTWRITEBYTECODE=1 \
		TOKENS="${TOKENS:-}" FLEET="${FLEET:-}" LIMIT_MS="${LIMIT_MS:-}" \
		/usr/bin/python3 "$REPO/ci/bench/$1.py" --url "$URL" \
		--token-file "$WORK/token" --work "$WORK" --app "$APP" --state "$STATE"
}

# Users of their own share the queue; the load generator runs beside the server.
fleet() {
	local user tokens=''
	"$REPO/ci/install.sh" bench
	make -s -C "$REPO" build/fleet-bench
	for user in ann bob cy dee; do
		tokens+=" $(as_user "$APP/bin/faultline-server" token add --kind trigger --name "$user" 2>/dev/null)"
	done
	TOKENS=$tokens FLEET=$REPO/build/fleet-bench measure fleet
}

# Beside the seed a line of 10,000 commits; drawn and panned in a browser.
trend() {
	local profiles
	"$REPO/ci/install.sh" browser
	psql -XqAt -v ON_ERROR_STOP=1 -v commits=10000 -d "$FAULTLINE_DATABASE" -f "$REPO/ci/browser/long.sql" >/dev/null
	profiles=$(psql -XqAt -d "$FAULTLINE_DATABASE" -c "select string_agg(name, ',' order by id) from profile where name <> 'x86_64-xfs1k-hot'")
	as_user env WEB="$REPO/web" HOME="$WORK" node "$REPO/ci/browser/trend.mjs" speed "$URL" "/trees/long/series/x86_64-xfs1k-hot/fail_ratio?with=$profiles"
}

# pages LIMIT_MS [SIZE…]: of a database seeded in this size.
pages() {
	program_stop "$SERVER_PID" "$STOP_LIMIT_S" || :
	psql -Xq -v ON_ERROR_STOP=1 -d "$FAULTLINE_DATABASE" -c 'drop schema public cascade; create schema public' >/dev/null 2>&1
	as_user "$APP/bin/faultline-server" migrate
	psql -Xq -v ON_ERROR_STOP=1 -d "$FAULTLINE_DATABASE" "${@:2}" -f "$REPO/db/seed.sql" >/dev/null
	psql -Xq -d "$FAULTLINE_DATABASE" -c vacuum # as autovacuum would within minutes, beside what is measured
	server_start
	LIMIT_MS=$1 measure pages
}

wants() { [[ " ${WANTED[*]} " == *" $1 "* ]]; }

main() {
	WANTED=("$@")
	[[ $# -gt 0 ]] || WANTED=(console stats service fleet pages short overhead)
	"$REPO/ci/install.sh" build run kernel web
	make -s -C "$REPO" -j"$(nproc)" all
	if wants console; then
		make -s -C "$REPO" build/console-bench
		"$REPO/ci/bench/console.py"
		[[ ${WANTED[*]} != console ]] || return 0
	fi
	if wants stats; then
		make -s -C "$REPO" build/stats-bench
		"$REPO/build/stats-bench" speed
		"$REPO/build/faultline-server" bisect-sim --histories 50
		[[ ${WANTED[*]} != stats ]] || return 0
	fi
	state_ensure
	WORK=$(as_user mktemp -d "${TMPDIR:-/tmp}/faultline-bench.XXXXXX")
	trap finish EXIT
	trap 'exit 130' INT TERM
	APP=$WORK/app
	make -s -C "$REPO" install PREFIX="$APP" >/dev/null
	cluster_start
	as_user "$APP/bin/faultline-server" token add --kind admin --name bench | as_user tee "$WORK/token" >/dev/null
	server_start
	if wants service; then measure service; fi
	if wants fleet; then fleet; fi
	if wants short || wants overhead; then
		folder_ensure "$STATE/bench-runner"
		runner_start
		if wants overhead; then measure overhead; fi
		if wants short; then measure short; fi # with a kernel that overhead has built, if there is none else
		program_stop "$RUNNER_PID" "$STOP_LIMIT_S" || :
		RUNNER_PID=''
	fi
	if wants pages; then
		pages 20
		trend
	fi
	if wants big; then pages 50 -v commits=10000 -v repeats=9; fi
}

main "$@"
