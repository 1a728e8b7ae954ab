#!/bin/bash
# Everything that reads the source without running it, in TAP: layers, sizes, format, shell, API description, man pages.
#   ci/lint.sh [WORD]      only the checks whose name holds WORD
set -euo pipefail
# shellcheck source=ci/lib.sh
. "$(dirname "$0")/lib.sh"
cd "$REPO"

files() { git ls-files -co --exclude-standard -- "$@" | while read -r f; do [[ ! -f $f ]] || printf '%s\n' "$f"; done; }

layers() { ci/layers.sh; }
sizes() { ci/sizes.sh; }
# Names the files; `make format` mends them.
format() {
	local f bad=0
	while read -r f; do
		clang-format --dry-run -Werror "$f" 2>/dev/null || { echo "$f is not as clang-format prints it"; bad=1; }
	done < <(files '*.c' '*.h')
	return "$bad"
}
# Left out: functions that are called by name (e2e's tests), and functions that take optional arguments.
# A script takes seconds, so one that passed is not read again until it, or anything that scripts source, is another.
shell() {
	local sourced f key
	# shellcheck disable=SC2016 # for the inner shell
	local pass='shellcheck -x -e SC2317,SC2119,SC2120 "$0" && touch "$1"'
	sourced=$({ shellcheck --version; files 'ci/*.sh' | xargs grep -l '^# shellcheck shell=bash' | xargs cat; } | sha256sum)
	mkdir -p build/lint
	files '*.sh' .ci/run | while read -r f; do
		key=$({ printf '%s %s\n' "$f" "$sourced"; cat "$f"; } | sha256sum | cut -c-64)
		[[ -e build/lint/shell-$key ]] || printf '%s\n' "$f" "build/lint/shell-$key"
	done | xargs -r -P "$(nproc)" -n 2 bash -c "$pass"
}
python() { files '*.py' | xargs -r -n 1 python3 -c 'import ast, sys; ast.parse(open(sys.argv[1]).read(), sys.argv[1])'; }
json() { files '*.json' | while read -r f; do jq -e . "$f" >/dev/null || { echo "$f"; return 1; }; done; }

# What gcc lets through: clang has warnings of its own.
clang_compiles() { make -s -k -j"$(nproc)" clang; }

man_pages() {
	local f
	while read -r f; do
		scdoc <"$f" >/dev/null || { echo "$f"; return 1; }
	done < <(files '*.scd')
}

# The API's description, by the linter of its own community.
openapi() {
	local redocly=web/node_modules/.bin/redocly
	[[ -x $redocly ]] || { echo "SKIP $redocly is not installed"; return 0; }
	"$redocly" lint --extends=minimal server/http/openapi.json
}

readonly LINES_SHOWN=60
readonly CHECKS=(layers sizes format shell python json clang_compiles man_pages openapi)

check() {
	local number=$1 name=$2 output result=0
	output=$(set -e; "$name" 2>&1) || result=$?
	if [[ $result -ne 0 ]]; then
		printf 'not ok %d - %s\n' "$number" "$name"
		head -n "$LINES_SHOWN" <<<"$output" | awk '{ print "#   " $0 }' >&2
	elif [[ $output == SKIP* ]]; then
		printf 'ok %d - %s # %s\n' "$number" "$name" "$output"
	else
		printf 'ok %d - %s\n' "$number" "$name"
	fi
	return "$result"
}

main() {
	local number=0 result=0 name
	local -a names=()
	for name in "${CHECKS[@]}"; do
		[[ $name != *"${1:-}"* ]] || names+=("$name")
	done
	printf '1..%d\n' "${#names[@]}"
	for name in "${names[@]}"; do
		number=$((number + 1))
		check "$number" "$name" || result=1
	done
	return "$result"
}

main "$@"
