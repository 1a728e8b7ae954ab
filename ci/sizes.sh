#!/bin/bash
# Lists functions above 60 lines and files above 500 (house style 4), and fails for each that ci/sizes.allow does not name.
# A line there: `path` or `path:function`, then the reason. One that is no longer needed fails too.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly FUNCTION_LINES=60 FILE_LINES=500
readonly ALLOW=ci/sizes.allow

sources() { git ls-files -co --exclude-standard -- '*.c' '*.h' '*.sh' '*.py' '*.pl' '*.js' '*.sql' '*.html' '*.css'; }

# clang-format and shfmt-like habit put a function's braces at the line's start; its name is the last word before "(".
long_functions() {
	local file
	sources | grep -E '\.(c|sh)$' | while read -r file; do
		awk -v file="$file" -v limit="$FUNCTION_LINES" '
			/^[a-z_].*\(/ { name = $0; sub(/ *\(.*/, "", name); sub(/.*[ *]/, "", name) }
			/^{/ || /^[a-z_]+\(\) [{(]$/ { start = NR }
			/^[})]/ && start { if (NR - start - 1 > limit) print file ":" name, NR - start - 1; start = 0 }' "$file"
	done
}

long_files() {
	local file
	sources | while read -r file; do
		[[ ! -f $file ]] || awk -v file="$file" -v limit="$FILE_LINES" 'END { if (NR > limit) print file, NR }' "$file"
	done
}

main() {
	local what lines found result=0
	found=$(long_functions; long_files)
	while read -r what lines; do
		[[ $what ]] || continue
		if grep -qE "^$what .{10,}" "$ALLOW" 2>/dev/null; then
			printf '%s: %d lines, allowed\n' "$what" "$lines"
		else
			printf '%s: %d lines; split it, or give the reason in %s\n' "$what" "$lines" "$ALLOW"
			result=1
		fi
	done <<<"$found"
	while read -r what _; do
		[[ -z $what || $what == '#'* ]] || grep -qF "$what " <<<"$found" || {
			printf '%s names %s, which is not too long\n' "$ALLOW" "$what"
			result=1
		}
	done < <(cat "$ALLOW" 2>/dev/null)
	return "$result"
}

main
