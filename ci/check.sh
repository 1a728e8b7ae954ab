#!/bin/bash
# The quick suite: unit tests with sanitizers, SQL tests on a throw-away cluster. No network, no kernel, nobody asleep.
#   ci/check.sh            everything          ci/check.sh stats/rate           one unit test, as server/stats/rate_test.c
#                                              ci/check.sh db/tests/queue       one file of SQL tests
# COUNTS=FILE gets a line "passed failed skipped" for each part, for ci/test.sh.
set -euo pipefail
# shellcheck source=ci/lib.sh
. "$(dirname "$0")/lib.sh"

readonly UNIT_LIMIT_S=60 SQL_LIMIT_S=300
COUNTS=${COUNTS:-/dev/null}

# Tests name what they read from the tree's top.
cd "$REPO"
export CMOCKA_MESSAGE_OUTPUT=TAP
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=1:abort_on_error=0} UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1}

# The program of a unit test, by its short name: stats/rate, runner/spool, shared/file.
unit_program() {
	local base
	for base in "server/$1" "$1"; do
		[[ ! -f ${base}_test.c ]] || { printf 'build/san/%s_test\n' "$base"; return; }
	done
	die "no unit test '$1': neither server/$1_test.c nor $1_test.c is there"
}

units() {
	local -a programs=("$@")
	if ! make -s -j"$(nproc)" "${programs[@]}" >/dev/null; then
		echo '0 1 0' >>"$COUNTS"
		return 1
	fi
	perl ci/tap.pl "$(nproc)" "$UNIT_LIMIT_S" "$COUNTS" "${programs[@]}"
}

all() {
	local -a tests=(server/*_test.c server/*/*_test.c runner/*_test.c runner/guest/*_test.c)
	local -a programs=()
	local t result=0
	for t in "${tests[@]}"; do
		[[ ! -f $t ]] || programs+=("build/san/${t%.c}")
	done
	[[ ${#programs[@]} -gt 0 ]] || die "there are no unit tests"
	units "${programs[@]}" || result=1
	perl ci/tap.pl 1 "$SQL_LIMIT_S" "$COUNTS" ci/sql.sh || result=1
	return "$result"
}

ci/install.sh build test web
case ${1:-} in
'') all ;;
db/tests/*) timeout "$SQL_LIMIT_S" ci/sql.sh "${1%.sql}.sql" ;;
*) units "$(unit_program "${1%_test}")" ;;
esac
