#!/bin/bash
# The distribution's kernel through the whole of Faultline: uploaded, booted in QEMU by the runner, migrate-hot on xfs with
# the real guest, samples and console to the trend page. KERNEL is the folder that ci/demo-kernel.sh fills.
# shellcheck source=ci/e2e/lib.sh
. "$(dirname "$0")/lib.sh"

KERNEL=${KERNEL:-$STATE/demo/kernel}
readonly WORKLOAD_S=3 GAP_MAX_MS=50 MIGRATIONS_MIN=1000
readonly BUSY=0.3 # CPUs that others used while the guest ran

# samples TYPE JQ: something about all lines of that type, as a list.
samples() { jq -s "[.[] | select(.type == \"$1\")] | $2" "$WORK/samples"; }

test_a_real_kernel_boots_and_ends_clean() {
	order_kernel '.title = "a real kernel"' >"$WORK/run"
	ends "$(cat "$WORK/run")" clean 240 >"$WORK/attempt"
	stream "$(cat "$WORK/attempt")" console "$WORK/console"
	stream "$(cat "$WORK/attempt")" samples "$WORK/samples"
}

test_the_console_has_the_kernels_own_lines() {
	holds "$(tr -d '\0\r' <"$WORK/console")" "Linux version $(cat "$KERNEL/release")"
	grep -qa 'XFS .*: Mounting V5 Filesystem' "$WORK/console" || fail "no mount of xfs in: $(tail -n 20 "$WORK/console")"
	shows "/attempts/$(cat "$WORK/attempt")" clean
	console_shows "$(cat "$WORK/attempt")" 'Linux version'
}

test_the_guest_tells_what_it_is() {
	equal "$(samples hello 'first | "\(.release) \(.page_size) \(.cpus) \(.nodes)"')" "\"$(cat "$KERNEL/release") 4096 2 2\"" hello
	equal "$(api GET "/api/v1/attempts/$(cat "$WORK/attempt")" | jq -r '.attempt | "\(.kernel_release) \(.page_size)"')" \
		"$(cat "$KERNEL/release") 4096" attempt
	equal "$(samples phase 'map(.phase) | join(" ")')" '"mount prepare workload finish"' phases
}

test_pages_were_migrated() {
	local moved
	moved=$(samples sample 'last.v[0] - first.v[0]')
	[[ $moved -gt $MIGRATIONS_MIN ]] || fail "pgmigrate_success grew by $moved"
	equal "$(api GET "/api/v1/attempts/$(cat "$WORK/attempt")" | jq .attempt.exposure)" \
		"$(samples sample '(last.v | add) - (first.v | add)')" 'exposure, against the raw samples'
}

# At the workload's start, and from there on never further apart than the limit, where the machine has time for the guest.
test_no_two_samples_lie_further_apart_than_the_limit() {
	local gaps start_ns late others
	others=$(api GET "/api/v1/attempts/$(cat "$WORK/attempt")" | jq '.attempt.load_during // 0')
	start_ns=$(samples phase 'map(select(.phase == "workload"))[0].t')
	gaps=$(samples sample "[$start_ns] + map(.t) | [range(1; length) as \$i | (.[\$i] - .[\$i - 1]) / 1e6]")
	late=$(jq "map(select(. > $GAP_MAX_MS)) | length" <<<"$gaps")
	printf '# the widest gap between samples: %s ms; %s of %s above %d ms; other load %s CPUs\n' "$(jq 'max' <<<"$gaps")" "$late" \
		"$(jq length <<<"$gaps")" "$GAP_MAX_MS" "$others" >&2
	[[ $late -eq 0 || $(jq -n "$others < $BUSY") == true ]] || skip "the machine was busy with something else ($others CPUs)"
	equal "$late" 0 'samples that came late on a quiet machine'
}

test_the_whole_of_vmstat_comes_each_second() {
	[[ $(samples vmstat length) -ge $WORKLOAD_S ]] || fail "only $(samples vmstat length) times"
	equal "$(samples vmstat 'first.v | length')" "$(samples keys 'first.keys | length')" 'values'
}

test_the_trend_page_shows_the_version() {
	shows /trees/prebuilt "$(cat "$KERNEL/release")"
	shows "/trees/prebuilt/series/real/pgmigrate_success?show=data" "$(cat "$KERNEL/release")"
	shows / prebuilt
	shows "/runs/$(cat "$WORK/run")" 'a real kernel' clean
	shows /machines runner
}

test_nothing_of_the_guest_is_left() {
	equal "$(pgrep -f "$WORK/state-runner/.*console" || :)" '' 'processes of QEMU'
}

kernel_site "$WORKLOAD_S"
run_tests "$@"
