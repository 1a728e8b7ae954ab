#!/bin/bash
# The distribution's kernel through the whole of Faultline: uploaded, booted in QEMU by the runner, migrate-hot on xfs with
# the real guest, samples and console to the trend page. KERNEL is the folder that ci/demo-kernel.sh fills.
# shellcheck source=ci/e2e/lib.sh
. "$(dirname "$0")/lib.sh"

KERNEL=${KERNEL:-$STATE/demo/kernel}
readonly WORKLOAD_S=3 GAP_MAX_MS=50 MIGRATIONS_MIN=1000

samples() { jq -c "select(.type == \"$1\")" "$WORK/samples"; }

test_a_real_kernel_boots_and_ends_clean() {
	local release
	release=$(cat "$KERNEL/release")
	RUN=$(order "$(jq -nc --arg release "$release" --arg image "$IMAGE" --arg modules "$MODULES" \
		'{prebuilt: {release: $release, image: {sha256: $image}, modules: {sha256: $modules}}, profiles: ["real"], title: "a real kernel"}')")
	printf '%s\n' "$RUN" >"$WORK/run"
	ends "$RUN" clean 240 >"$WORK/attempt"
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
	equal "$(samples hello | jq -r '"\(.release) \(.page_size) \(.cpus) \(.nodes)"')" "$(cat "$KERNEL/release") 4096 2 2" hello
	equal "$(api GET "/api/v1/attempts/$(cat "$WORK/attempt")" | jq -r '(.attempt // .) | "\(.kernel_release) \(.page_size)"')" \
		"$(cat "$KERNEL/release") 4096" attempt
	equal "$(samples phase | jq -r .phase | tr '\n' ' ')" 'mount prepare workload finish ' phases
}

test_pages_were_migrated() {
	local first last
	first=$(samples sample | head -n 1 | jq '.v[0]')
	last=$(samples sample | tail -n 1 | jq '.v[0]')
	[[ $((last - first)) -gt $MIGRATIONS_MIN ]] || fail "pgmigrate_success went from $first to $last"
	equal "$(api GET "/api/v1/attempts/$(cat "$WORK/attempt")" | jq '(.attempt // .).exposure')" \
		"$(samples sample | jq -s '(last.v | add) - (first.v | add)')" 'exposure, against the raw samples'
}

# At the workload's start, and from there on never further apart than the limit.
test_no_two_samples_lie_further_apart_than_the_limit() {
	local gap_ms start_ns
	gap_ms=$(samples sample | jq -s '[range(1; length) as $i | .[$i].t - .[$i - 1].t] | max / 1e6')
	start_ns=$(samples phase | jq 'select(.phase == "workload").t')
	[[ $(samples sample | head -n 1 | jq --argjson start "$start_ns" '(.t - $start | fabs) / 1e6 < 50') == true ]] ||
		fail 'the first sample is not at the start of the workload'
	printf 'the widest gap: %s ms\n' "$gap_ms" >"$WORK/gap"
	[[ $(jq -n "$gap_ms <= $GAP_MAX_MS") == true ]] || fail "two samples lie $gap_ms ms apart: $(samples sample |
		jq -sc '[range(1; length) as $i | (.[$i].t - .[$i - 1].t) / 1e6 | floor] | sort | reverse | .[:12]')"
	[[ $(samples vmstat | wc -l) -ge $WORKLOAD_S ]] || fail "only $(samples vmstat | wc -l) times the whole of /proc/vmstat"
	equal "$(samples vmstat | head -n 1 | jq '.v | length')" "$(samples keys | jq '.keys | length')" 'values of vmstat'
}

test_the_trend_page_shows_the_version() {
	shows /trees/prebuilt "$(cat "$KERNEL/release")"
	shows /trees/prebuilt/series/real/pgmigrate_success "$(cat "$KERNEL/release")"
	shows / prebuilt
	shows "/runs/$(cat "$WORK/run")" 'a real kernel' clean
	shows /machines runner
}

# The command line that the attempt's page gives boots the same kernel again, from what can be downloaded.
test_nothing_of_the_guest_is_left() {
	equal "$(pgrep -f "$WORK/state-runner/.*console" || :)" '' 'processes of QEMU'
}

[[ -f $KERNEL/release ]] || die "no kernel in $KERNEL: run ci/demo-kernel.sh $KERNEL"
site_start
profile real ".duration_s = $WORKLOAD_S | .boot_limit_s = 120 | .silence_limit_s = 60 | .attempt_limit_s = 240"
IMAGE=$(blob "$KERNEL/image")
MODULES=$(blob "$KERNEL/modules.tar")
QEMU=$(command -v qemu-system-x86_64) || die 'qemu-system-x86_64 is not installed'
runner_start runner --qemu "$QEMU"
run_tests "$@"
