#!/bin/bash
# An example for a maintainer's own script: posts a patch, or a series of git format-patch, waits for the verdict, and ends with it.
#   FAULTLINE_URL=https://… FAULTLINE_TOKEN=fl_trigger_… ci/try-patch.sh TREE PROFILE[,PROFILE…] PATCH-FILE…
# BASE=REF names what it goes on top of (default: what the series says in its line "base-commit:"); REPEATS=N (3); LIMIT_S=N (14400).
# Ends with 0: every attempt was clean; 1: some were not, they are listed; 2: it could not be tried, or not in time.
# The same files posted again, while the server remembers them, are the same run. Needs curl, jq and sha256sum.
set -euo pipefail
usage() { sed -n '2,6s/^# //p' "$0"; }
[[ ${1:-} != -h && ${1:-} != --help ]] || { usage; exit 0; }
[[ ${FAULTLINE_URL:-} && ${FAULTLINE_TOKEN:-} && $# -ge 3 ]] || { usage >&2; exit 2; }
readonly POLL_S=${POLL_S:-10} LIMIT_S=${LIMIT_S:-14400}
tree=$1 profiles=$2
shift 2

order=$(mktemp)
trap 'rm -f "$order"' EXIT

# call METHOD PATH [CURL-OPTION…]: the answer; what the server says when it refuses goes to stderr.
call() {
	local method=$1 path=$2
	shift 2
	curl -sS --fail-with-body --retry 5 --retry-connrefused -X "$method" -H "Authorization: Bearer $FAULTLINE_TOKEN" "$@" "$FAULTLINE_URL$path" ||
		{ echo >&2; return 1; }
}

for file in "$@"; do
	jq -Rs . "$file"
done | jq -sc --arg tree "$tree" --arg profiles "$profiles" --arg base "${BASE:-}" --argjson repeats "${REPEATS:-3}" \
	'{tree: $tree, patches: ., profiles: ($profiles / ","), repeats: $repeats} + if $base == "" then {} else {commit: $base} end' >"$order"
answer=$(call POST /api/v1/runs -H "Idempotency-Key: $(sha256sum <"$order" | cut -c-64)" --data-binary "@$order") || { jq -r .error <<<"$answer" >&2; exit 2; }
run=$(jq .run.id <<<"$answer")
echo "run $run: $FAULTLINE_URL/runs/$run" >&2

while :; do
	answer=$(call GET "/api/v1/runs/$run") || exit 2
	state=$(jq -r .run.state <<<"$answer")
	case $state in
	queued | running) ;;
	cancelled) echo 'the run was cancelled' >&2; exit 2 ;;
	*) break ;;
	esac
	((SECONDS < LIMIT_S)) || { echo "no verdict after $LIMIT_S s" >&2; exit 2; }
	sleep "$POLL_S"
done
jq -r '.run.attempts[] | "\(.result // .state)\t\(.profile)\t\(.machine)\t\(.url)"' <<<"$answer"
# What was the machine's fault was tried again; only the last word on each job counts.
jq -e 'all(.run.attempts[]; .state != "done" or .result == "clean")' <<<"$answer" >/dev/null || exit 1
[[ $state == "done" ]] || { echo 'some jobs came to no result: they failed, were lost, or waited too long' >&2; exit 2; }
