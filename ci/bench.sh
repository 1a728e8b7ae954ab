#!/bin/bash
# `make bench`: figures, each with what it is compared with, measured in this same run. Nothing here passes or fails.
#   ci/bench.sh [console|service|pages|short|overhead]…    default: all; `overhead` builds kernels and takes the longest
#   PAIRS=N   interleaved pairs of the overhead measurements (default 5)
set -euo pipefail
# shellcheck source=ci/lib.sh
. "$(dirname "$0")/lib.sh"

readonly START_LIMIT_S=60
export PAIRS=${PAIRS:-5}
WORK='' SERVER_PID='' RUNNER_PID='' CLUSTER=''

# end PID: asks it to end and waits for that.
end() {
	kill -TERM "$1" 2>/dev/null || return 0
	wait "$1" 2>/dev/null || :
}

finish() {
	local pid
	trap '' INT TERM
	for pid in $RUNNER_PID $SERVER_PID; do
		end "$pid"
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

server_start() {
	AS_USER_EXEC=1 AS_USER_DIES=1 as_user "$APP/bin/faultline-server" run --listen 127.0.0.1:0 \
		--port-file "$WORK/port" --state "$WORK/server" >>"$WORK/server.log" 2>&1 &
	SERVER_PID=$!
	local until=$((SECONDS + START_LIMIT_S))
	until [[ -s $WORK/port ]]; do
		if ! kill -0 "$SERVER_PID" 2>/dev/null || ((SECONDS > until)); then
			die "the server does not start; its last words: $(tail -n 3 "$WORK/server.log")"
		fi
		read -rt 0.05 <> <(:) || :
	done
	URL=http://127.0.0.1:$(cat "$WORK/port")
}

server_stop() {
	end "$SERVER_PID"
	SERVER_PID=''
	rm -f "$WORK/port"
}

runner_start() {
	AS_USER_EXEC=1 AS_USER_DIES=1 as_user "$APP/bin/faultline-runner" --server "$URL" --token-file "$WORK/token" \
		--state "$STATE/bench-runner" --share "$APP/share/faultline" --name bench --accel tcg >>"$WORK/runner.log" 2>&1 &
	RUNNER_PID=$!
}

# As the runner's own user: what the bare scripts build and boot lies in its folders.
measure() {
	as_user env SERVER_PID="$SERVER_PID" RUNNER_PID="$RUNNER_PID" PYTHONDONTWRITEBYTECODE=1 \
		/usr/bin/python3 "$REPO/ci/bench/$1.py" --url "$URL" \
		--token-file "$WORK/token" --work "$WORK" --app "$APP" --state "$STATE"
}

wants() { [[ " ${WANTED[*]} " == *" $1 "* ]]; }

main() {
	WANTED=("$@")
	[[ $# -gt 0 ]] || WANTED=(console service pages short overhead)
	"$REPO/ci/install.sh" build run kernel web
	make -s -C "$REPO" -j"$(nproc)" all
	if wants console; then
		make -s -C "$REPO" build/console-bench
		"$REPO/ci/bench/console.py"
		[[ ${WANTED[*]} != console ]] || return 0
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
	if wants short || wants overhead; then
		folder_ensure "$STATE/bench-runner"
		runner_start
		if wants short; then measure short; fi
		if wants overhead; then measure overhead; fi
		end "$RUNNER_PID"
		RUNNER_PID=''
	fi
	if wants pages; then
		server_stop
		psql -Xq -v ON_ERROR_STOP=1 -d "$FAULTLINE_DATABASE" -c 'drop schema public cascade; create schema public' >/dev/null 2>&1
		as_user "$APP/bin/faultline-server" migrate
		psql -Xq -v ON_ERROR_STOP=1 -d "$FAULTLINE_DATABASE" -f "$REPO/db/seed.sql" >/dev/null
		server_start
		measure pages
	fi
}

main "$@"
