#!/bin/bash
# `make run`: the whole of Faultline on one machine, with the demo's kernel tree, from nothing.
# Installs and builds what is missing, makes a private PostgreSQL cluster, starts server and runner, orders the demo's
# runs through the HTTP API like any client, shows progress, keeps serving. Ctrl-C stops what it started, nothing else;
# starting again goes on where it was.
#   STATE=DIR      where all data are kept     LISTEN=ADDR:PORT  where the dashboard is (default 127.0.0.1:8080)
#   ONCE=1         ends when the demo's runs are done; exit 0 only if the data say what the demo's history should give
#   DEMO=none      serves without ordering the demo; DEMO=tries, DEMO=minutes (ci/matrix.py) and DEMO=searches (ci/searches.py)
#                  measure, TIMES= times, for `make soak`
#   DEMO=alerts    the demo, and then as long as it takes until what was planted is told (ci/told.py): attempts of both sides confirm a
#                  change, a dozen more of kernels that are built; not part of ONCE=1, whose time is limited. Ends like that
#   ARCHES="…"     of x86_64, arm64, ppc64le (default: all three, this machine's own first): every commit is tested on the
#                  first, every fourth and those around a defect on the others too
set -euo pipefail
# shellcheck source=ci/lib.sh
. "$(dirname "$0")/lib.sh"

LISTEN=${LISTEN:-127.0.0.1:8080}
ONCE=${ONCE:-}
DEMO=${DEMO:-all}
ARCHES=${ARCHES:-all}
[[ $ARCHES != all ]] || ARCHES="$(arch_own) $(arch_foreign)"
readonly URL=http://$LISTEN
readonly APP=$STATE/app
readonly START_LIMIT_S=60 STOP_LIMIT_S=20 TOLD_LIMIT_S=1800
SERVER_PID='' RUNNER_PID='' STEP_PID='' HAS_POSTGRES=''

build() {
	say "building (make all)"
	make -s -C "$REPO" -j"$(nproc)" ARCHES="$ARCHES" all
	folder_ensure "$STATE"
	make -s -C "$REPO" install ARCHES="$ARCHES" PREFIX="$APP" >/dev/null
}

# One token of a kind, made once, in a file only our user can read; it lies with the cluster that knows it.
token() {
	local kind=$1 file=$STATE/postgres/tokens/$1
	if ! as_user test -s "$file"; then
		as_user "$APP/bin/faultline-server" token add --kind "$kind" --name "demo-$kind-$(date +%s)" |
			as_user tee "$file" >/dev/null
	fi
}

# start NAME CMD…: it ends with us; its words go to the folder of logs.
start() { AS_USER_DIES=1 program_start "$STATE/log/$1" setsid "${@:2}"; }

services() {
	local conninfo
	conninfo=$("$REPO/ci/postgres.sh" start "$STATE/postgres")
	HAS_POSTGRES=1
	export FAULTLINE_DATABASE=$conninfo
	folder_ensure "$STATE/log" && folder_ensure "$STATE/postgres/tokens" 700 && folder_ensure "$STATE/runner"
	as_user "$APP/bin/faultline-server" migrate
	token runner
	token admin
	start server "$APP/bin/faultline-server" run --listen "$LISTEN" --state "$STATE/server" --public-url "$URL"
	SERVER_PID=$PROGRAM_PID
	server_wait "$SERVER_PID" "$URL" "$STATE/log/server" "$START_LIMIT_S"
	start runner "$APP/bin/faultline-runner" --server "$URL" --token-file "$STATE/postgres/tokens/runner" \
		--state "$STATE/runner" --share "$APP/share/faultline" --name "$(hostname)" --accel "${ACCEL:-tcg}"
	RUNNER_PID=$PROGRAM_PID
	say "dashboard: $URL/   (logs in $STATE/log)"
}

# step SCRIPT…: what takes long and ends by itself, with all that it starts. The shell hears a TERM only while it waits.
step() {
	setsid /usr/bin/python3 "$@" &
	STEP_PID=$!
	wait "$STEP_PID"
	STEP_PID=''
}

# Stops what we started, in the order that loses nothing: the runner delivers, the server answers it, then the store.
stop() {
	local pid
	trap '' INT TERM
	[[ ! $STEP_PID ]] || kill -TERM -- "-$STEP_PID" 2>/dev/null || :
	for pid in $RUNNER_PID $SERVER_PID; do
		program_stop "$pid" "$STOP_LIMIT_S" || say "process $pid did not end, and was killed"
	done
	[[ ! $HAS_POSTGRES ]] || "$REPO/ci/postgres.sh" stop "$STATE/postgres" || :
}

demo() {
	folder_ensure "$STATE/demo"
	step "$REPO/ci/demo.py" order --url "$URL" --token-file "$STATE/postgres/tokens/admin" --state "$STATE/demo" \
		--arches "$ARCHES"
	step "$REPO/ci/demo.py" watch --url "$URL" --state "$STATE/demo"
}

# measure SCRIPT…: figures of this site.
measure() {
	folder_ensure "$STATE/demo"
	step "$REPO/ci/$1" "${@:2}" --url "$URL" --token-file "$STATE/postgres/tokens/admin" --state "$STATE/demo" --arches "$ARCHES"
}

main() {
	# shellcheck disable=SC2046 # one word for each
	"$REPO/ci/install.sh" build run kernel web $(arch_foreign "$ARCHES")
	build
	exec 8>"$STATE/lock"
	flock -n 8 || die "another 'make run' uses '$STATE'; stop it, or set STATE to another folder"
	trap stop EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM
	services
	case $DEMO in
	tries | minutes)
		measure matrix.py "$DEMO" --times "${TIMES:-100}"
		return
		;;
	searches)
		measure searches.py --times "${TIMES:-20}"
		return
		;;
	esac
	if [[ $DEMO != none ]]; then
		demo
		if [[ $ONCE || $DEMO == alerts ]]; then
			step "$REPO/ci/demo.py" check --url "$URL" --state "$STATE/demo" --arches "$ARCHES"
			[[ $DEMO != alerts ]] || step "$REPO/ci/told.py" --url "$URL" --state "$STATE/demo" --limit "$TOLD_LIMIT_S"
			return
		fi
	fi
	say "serving on $URL/ ; Ctrl-C stops server, runner and the private PostgreSQL"
	wait "$SERVER_PID"
}

main
