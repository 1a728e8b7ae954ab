#!/bin/bash
# Looks at every page of a server on the seeded database (db/seed.sql: 1,000 commits x 12 profiles) in a browser, and leaves
# pictures in build/screens: ci/browser/seeded.sh [FOLDER]. With KEEP=1 it then keeps serving, for looking oneself. BIN is the
# folder of the server to look at.
set -euo pipefail
# shellcheck source=ci/lib.sh
. "$(dirname "$0")/../lib.sh"
readonly SELF=$REPO/ci/browser/seeded.sh START_LIMIT_S=30

if [[ -z ${DATABASE_URL:-} ]]; then
	exec "$REPO/ci/postgres.sh" try "$SELF" "$@"
fi

SERVER=${BIN:-$REPO/build}/faultline-server
WORK=$(mktemp -d "${TMPDIR:-/tmp}/faultline-seeded.XXXXXX")
PIDS=()
# shellcheck disable=SC2317,SC2329 # called by the trap
clean_up() {
	local pid
	for pid in "${PIDS[@]}"; do
		program_stop "$pid" "$START_LIMIT_S" || :
	done
	rm -rf -- "$WORK"
}
trap clean_up EXIT

# serve_start DATABASE OPTION…: sets URL.
serve_start() {
	URL=http://127.0.0.1:$(port_free)
	program_start "$WORK/log" "$SERVER" serve --database "$1" --listen "${URL#http://}" --state "$WORK" "${@:2}"
	PIDS+=("$PROGRAM_PID")
	server_wait "$PROGRAM_PID" "$URL" "$WORK/log" "$START_LIMIT_S"
}

"$SERVER" migrate --database "$DATABASE_URL" 2>"$WORK/log" || die "$(cat "$WORK/log")"
# One on which nobody has done anything yet, to see what pages then say, and what they say when it breaks.
psql -XqAt -v ON_ERROR_STOP=1 -c 'create database bare template faultline' postgres
BARE_URL=${DATABASE_URL/dbname=faultline/dbname=bare}
"$SERVER" token add --database "$BARE_URL" --kind runner --name lab-runner >/dev/null || die 'no token'
serve_start "$BARE_URL" --identity-header X-Remote-User --identity-from 127.0.0.1
BARE=$URL
psql -XqAt -v ON_ERROR_STOP=1 -f "$REPO/db/seed.sql" "$DATABASE_URL" >/dev/null
serve_start "$DATABASE_URL"

# Attempts of special interest: one of each result that has a console or a build log.
ATTEMPTS=$(psql -XAtc "select string_agg(distinct id::text, ',') from (select distinct on (a.result) a.id from attempt a join stream s on s.attempt_id = a.id order by a.result, a.id desc) x" "$DATABASE_URL")
CRASH=$(psql -XAtc "select max(s.attempt_id) from stream s join attempt a on a.id = s.attempt_id where s.name = 'console' and a.result = 'crash'" "$DATABASE_URL")
TOKEN=$("$SERVER" token add --database "$DATABASE_URL" --kind admin --name walker-in) || die 'no token'
export ATTEMPTS BARE CRASH TOKEN HOME=$WORK
result=0
node "$REPO/ci/browser/pages.mjs" "$URL" "$@" || result=$?
if [[ ${KEEP:-} ]]; then
	say "serving the seeded database on $URL until Ctrl-C"
	wait "${PIDS[-1]}"
fi
exit "$result"
