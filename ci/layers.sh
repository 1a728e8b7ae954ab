#!/bin/bash
# Holds architecture.md's include rules and the house style's bans: which folder may include which, one door for each
# foreign library, no SQL and no HTML in C, no banned function, no test that skips or sleeps. Prints each offender.
set -euo pipefail
cd "$(dirname "$0")/.."

BAD=0

sources() { git ls-files -co --exclude-standard -- "$@" | while read -r f; do [[ ! -f $f ]] || printf '%s\n' "$f"; done; }

# offend RULE LINES: LINES, if any, offend.
offend() {
	[[ -n $2 ]] || return 0
	BAD=1
	while read -r line; do printf '%s: %s\n' "$line" "$1"; done <<<"$2"
}

# Lines of FILES (from standard input) that match, without comments' lines.
lines() {
	xargs -r grep -nHE -- "$1" | grep -vE '^[^:]+:[0-9]+:[[:space:]]*(/\*|\*|//)' || true
}

# The folders of ours that a file in a folder may include from; headers at server/'s top are shared by all but `shared`.
may_include() {
	case $1 in
	server/shared/*) echo 'shared' ;;
	server/buildlog/*) echo 'shared|buildlog|console' ;;
	server/console/*) echo 'shared|console' ;;
	server/rules/*) echo 'shared|rules' ;;
	server/stats/*) echo 'shared|stats' ;;
	server/store/*) echo 'shared|store' ;;
	server/http/page_*) echo 'shared|http|store|rules|stats' ;;
	server/http/*) echo 'shared|http|store|rules' ;;
	server/work/*) echo 'shared|work|store|buildlog|console|rules|stats|alert' ;;
	server/alert/*) echo 'shared|alert' ;;
	server/*) echo 'shared|http|store|console|buildlog|rules|stats|work|alert' ;;
	runner/*) echo 'shared|runner|guest' ;;
	esac
}

includes() {
	local file allowed
	while read -r file; do
		allowed=$(may_include "$file")
		offend "this folder may include only from $allowed" \
			"$(grep -nHE '^#include "[a-z_]+/' "$file" | grep -vE "#include \"($allowed)/" || true)"
		if [[ $file == server/shared/* ]]; then
			offend 'shared includes nothing of ours' "$(grep -nHE '^#include "[a-z_]+\.h"' "$file" || true)"
		fi
		if [[ $file =~ ^server/(buildlog|console|rules|stats)/ ]]; then
			offend 'buildlog, console, rules and stats are pure' "$(grep -nHE '^#include "(config|assets)\.h"' "$file" || true)"
		fi
	done < <(sources 'server/*.[ch]' 'runner/*.[ch]')
}

# door HEADER ALLOWED-FILES: a foreign library enters by one door.
door() {
	offend "only $2 may include <$1>" \
		"$(sources 'server/*.[ch]' 'runner/*.[ch]' | grep -vE "^($2)$" | lines "^#include <$1")"
}

doors() {
	door microhttpd 'server/http/listen\.c'
	door libpq-fe 'server/store/(db|row)\.c'
	door curl/ 'runner/api\.c|server/alert/[a-z_]+\.[ch]'
	door gsl/ 'server/stats/[a-z_]+\.c'
	door pcre2 'server/rules/pattern\.c'
}

c_sources() { sources 'server/*.c' 'server/*.h' 'runner/*.c' 'runner/*.h'; }

bans() {
	local tags='html|head|body|div|span|p|a|b|i|table|tr|td|th|ul|ol|li|h[1-6]|script|link|br|pre|code|svg|form|input|button|small|time'
	offend 'banned function (house style 30)' \
		"$(c_sources | lines '(^|[^a-z0-9_])(v?sprintf|strcpy|strcat|strtok|atoi|atol|atof|gets|system|popen|alloca) ?\(')"
	offend 'no typedef of a struct (house style 10)' "$(c_sources | lines '^typedef (struct|union|enum)')"
	offend 'SQL belongs in db/queries (house style 33)' \
		"$(sources 'server/*.c' | grep -vE '_(test|fuzz).c' | lines '"[^"]*(select [a-z_*(]+.* from |insert into |update [a-z_]+ set |delete from |create (table|index|unique|function) |alter table )')"
	offend 'markup belongs in web/templates (house style 40)' \
		"$(sources 'server/*.c' | grep -vE '_(test|fuzz).c' | lines "\"[^\"]*</?($tags)[ />]")"
	offend 'values are escaped always: no raw tag (house style 40)' "$(sources 'web/templates/*' | lines '\{\{(\{|&)')"
	offend 'inline script or style, which the page policy blocks' \
		"$(sources 'web/templates/*' | lines '(<style|style="|<script>|[[:space:]]on[a-z]+=")')"
	offend 'skip() counts as a failure under TAP: leave the test out and say why' \
		"$(sources '*_test.c' | lines '(^|[^a-z_])skip\(\)')"
	offend 'nothing sleeps in a test (house style 47)' \
		"$(sources '*_test.c' | lines '(^|[^a-z_])(u|nano|clock_nano)?sleep ?\(')$(sources 'ci/e2e/*.sh' | lines '(^|[^a-z_])sleep [0-9]')"
}

queries() {
	local file
	while read -r file; do
		[[ $(head -c 3 "$file") == '-- ' ]] || offend 'opens with what it answers (house style 35)' "$file"
	done < <(sources 'db/queries/*.sql')
}

includes
doors
bans
queries
exit "$BAD"
