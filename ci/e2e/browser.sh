#!/bin/bash
# Pages in a real browser, with real data from a stand-in guest: charts are drawn from them, and a page that is open hears what
# happens. How all pages look is seen on the seeded database: ci/browser/seeded.sh.
# shellcheck source=ci/e2e/lib.sh
. "$(dirname "$0")/lib.sh"

export WEB=$REPO/web HOME=$WORK
look() { node "$REPO/ci/e2e/browser.mjs" "$1" "$URL" "${@:2}"; }

test_charts_are_drawn() {
	look charts /trees/prebuilt/series/standin/pgmigrate_success "/attempts/$(sql "select min(id) from attempt where result = 'clean'")"
}

# Of 1,500 commits under twelve profiles.
test_the_trend_page_obeys_mouse_keys_and_address() {
	local name others=()
	for name in {b..l}; do
		profile "standin-$name"
		others+=("standin-$name")
	done
	psql -XqAt -v ON_ERROR_STOP=1 -v commits=1500 -d "$FAULTLINE_DATABASE" -f "$REPO/ci/browser/long.sql" >/dev/null
	node "$REPO/ci/browser/trend.mjs" works "$URL" "/trees/long/series/standin/fail_ratio?with=$(IFS=,; echo "${others[*]}")"
}

test_an_open_page_shows_what_the_guest_says_next() {
	local run attempt
	rm -f "$WORK/go"
	run=$(order_guest speaks standin <<-SH
		hello
		console 'before the page was open'
		for ((n = 1; ; n++)); do [ ! -e "$WORK/go" ] || break; read -rt 0.1 <> <(:); ((n % 20)) || console 'still waiting'; done
		console 'said while you were looking'
		for ((n = 1; ; n++)); do [ ! -e "$WORK/go.on" ] || break; read -rt 0.1 <> <(:); ((n % 20)) || console 'still waiting'; done
		result done
	SH
	)
	wait_for 20 'an attempt' has_attempt "$run"
	attempt=$(attempt_of "$run")
	look live "/attempts/$attempt" 'said while you were looking' >"$WORK/live" 2>"$WORK/live.errors" &
	local browser=$!
	wait_for 20 'the page to be open' grep -q open "$WORK/live"
	touch "$WORK/go"
	local result=0
	wait "$browser" || result=$?
	touch "$WORK/go.on"
	equal "$result" 0 "$(cat "$WORK/live.errors")"
	ends "$run" clean >/dev/null
}

command -v chromium >/dev/null || die 'chromium is not installed'
site_start
profile standin
runner_start runner --qemu "$REPO/ci/stand-in/qemu-system-x86_64"
for i in 1 2 3; do
	run_wait "$(order_guest "shown-$i" standin <<-SH
		hello 6.1.0-shown-$i
		phase workload
		for n in {0..60}; do sample \$((n * 50)) \$((n * $i)); done
		result done
	SH
	)"
done
run_tests "$@"
