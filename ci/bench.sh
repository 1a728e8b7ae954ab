#!/bin/bash
# `make bench`: figures, each with what it is compared with, measured in this same run. Nothing here passes or fails.
#   ci/bench.sh [console|stats|service|fleet|pages|short|overhead|big]…    default: all; `overhead` builds kernels and takes the longest
# `pages` are asked to answer within 20 ms (p99) of 1,000 commits x 12 series, `big` within 50 ms of 10,000 commits and a million attempts: 8 GB,
# made before it measures (5 minutes); with KEEP=FOLDER in a cluster that is left there and, when it is there already, not made again.
#   PAIRS=N   interleaved pairs of the overhead measurements (default 5)
set -euo pipefail
# shellcheck source=ci/lib.sh
. "$(dirname "$0")/lib.sh"

readonly START_LIMIT_S=60 STOP_LIMIT_S=30 BIG_GB=10
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
		TOKENS="${TOKENS:-}" FLEET="${FLEET:-}" LIMIT_MS="${LIMIT_MS:-}" POSTMASTER_PID="$(as_user sed -n 1p "$CLUSTER/data/postmaster.pid")" \
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

sql() { psql -XqAt -v ON_ERROR_STOP=1 -d "$FAULTLINE_DATABASE" "$@"; }

# seeded [SIZE…]: a database of this size and nothing else.
seeded() {
	sql -c 'drop schema public cascade; create schema public' >/dev/null 2>&1
	as_user "$APP/bin/faultline-server" migrate
	sql "$@" -f "$REPO/db/seed.sql" >/dev/null
	sql -c 'vacuum analyze' # as autovacuum would within minutes, beside what is measured
}

# A million attempts take a while, so the cluster may be kept. Nobody cares if it is lost: it waits for no disk while it is made.
big() {
	if [[ ${KEEP:-} ]]; then
		"$REPO/ci/postgres.sh" stop "$CLUSTER"
		CLUSTER=$(realpath -m -- "$KEEP")
		FAULTLINE_DATABASE=$("$REPO/ci/postgres.sh" start "$CLUSTER")
	fi
	if [[ $(sql -c "select to_regclass('attempt') is not null") == t && $(sql -c 'select count(*) > 900000 from attempt') == t ]]; then
		as_user "$APP/bin/faultline-server" migrate
		return
	fi
	sql -c 'alter system set fsync = off' -c "alter system set max_wal_size = '4GB'" -c 'alter system set autovacuum = off' -c 'select pg_reload_conf()' >/dev/null
	PGOPTIONS='-c synchronous_commit=off -c work_mem=128MB -c maintenance_work_mem=256MB' seeded -v commits=10000 -v repeats=9
	sql -c 'alter system reset all' -c 'select pg_reload_conf()' >/dev/null
}

# What is kept from the last time needs no more.
has_room() {
	local free_gb
	[[ ! -d ${KEEP:-} ]] || return 0
	free_gb=$(df --output=avail -BG -- "$(dirname -- "${KEEP:-$WORK}")" | tr -dc 0-9)
	[[ $free_gb -ge $BIG_GB ]] || { echo "pages of a million attempts: not measured, they need $BIG_GB GB and $free_gb are free"; return 1; }
}

# pages LIMIT_MS DATABASE…: how long each takes of the database that the words behind make.
pages() {
	program_stop "$SERVER_PID" "$STOP_LIMIT_S" || :
	"${@:2}"
	server_start
	LIMIT_MS=$1 measure pages
}

wants() { [[ " ${WANTED[*]} " == *" $1 "* ]]; }

main() {
	WANTED=("$@")
	[[ $# -gt 0 ]] || WANTED=(console stats service fleet pages short overhead big)
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
		pages 20 seeded
		trend
	fi
	if wants big && has_room; then
		pages 50 big
		"$REPO/ci/plans.sh" "$FAULTLINE_DATABASE" && echo "no page reads the whole of a table that grows with attempts"
	fi
}

main "$@"
