#!/bin/bash
# Workloads in the real guest on the distribution's kernel: the thread's own, cc1 on xfs in a Debian root that the runner makes
# without root privileges, and a folder that an operator added. KERNEL is the folder that ci/demo-kernel.sh fills, ROOTS/images
# keeps the roots from one run of the tests to the next; COMPILE_S is how long is compiled.
# shellcheck source=ci/e2e/lib.sh
. "$(dirname "$0")/lib.sh"

KERNEL=${KERNEL:-$STATE/demo/kernel}
ROOTS=${ROOTS:-$STATE/demo/roots}
COMPILE_S=${COMPILE_S:-5}
readonly WORKLOAD_S=2 ROOT_LIMIT_S=900 MIGRATIONS=2000

# profile_of NAME JQ-CHANGE
profile_of() {
	profile "$1" ".boot_limit_s = 120 | .silence_limit_s = 120 | .attempt_limit_s = $((ROOT_LIMIT_S + 300)) | .attempts_max = 1 | $2"
}

counted() { jq -s '[.[] | select(.type == "sample")] | last.v[0] - first.v[0]' "$WORK/samples"; }

test_cc1_compiles_a_kernels_sources_on_xfs_and_pages_migrate() {
	local attempt work
	command -v mmdebstrap >/dev/null || skip 'mmdebstrap is not installed'
	profile_of compile ".workload = \"kernel-compile\" | .memory_mb = 768 | .duration_s = $COMPILE_S"
	attempt=$(ends "$(order_kernel '.profiles = ["compile"]')" clean $((ROOT_LIMIT_S + 240)))
	stream "$attempt" samples "$WORK/samples"
	work=$(api GET "/api/v1/attempts/$attempt" | jq .attempt.work_done)
	[[ $work -gt 0 ]] || fail "objects compiled: $work"
	[[ $(counted) -gt 0 ]] || fail "pgmigrate_success grew by $(counted)"
	shows "/attempts/$attempt" "$work objects" kernel-compile
	stream "$attempt" console "$WORK/console"
	! grep -a 'kernel-compile:' "$WORK/console" || fail 'the workload complained'
	printf '# %s objects in %s s, pgmigrate_success %s, pgmigrate_fail %s\n' "$work" "$COMPILE_S" "$(counted)" \
		"$(jq -s '[.[] | select(.type == "sample")] | last.v[1] - first.v[1]' "$WORK/samples")" >&2
}

test_the_root_is_made_once_and_nothing_is_left_of_the_making() {
	command -v mmdebstrap >/dev/null || skip 'mmdebstrap is not installed'
	equal "$(find "$ROOTS/images" -name '*.img' -newer "$WORK/began" | wc -l)" 1 'roots used'
	equal "$(find "$ROOTS/images" -type f ! -name '*.img' | wc -l)" 0 'other files beside them'
	equal "$(find "$WORK/state-runner/tmp" -mindepth 1 | wc -l)" 0 'left over from making it'
}

# The program is one of ours under another name; what matters is that only a folder was added. It would go on for minutes: the guest
# ends it when enough migrations were tried.
test_a_folder_of_the_operators_own_runs_in_the_real_guest_until_its_work_is_done() {
	local attempt
	profile_of mine ".workload = \"mine\" | .duration_s = $WORKLOAD_S | .workload_args = [\"size=512k\"]"
	attempt=$(ends "$(order_kernel ".profiles = [\"mine\"] | .migrations = $MIGRATIONS | .duration_s = 100")" clean 240)
	stream "$attempt" samples "$WORK/samples"
	api GET "/api/v1/attempts/$attempt" | jq -e --argjson enough "$MIGRATIONS" '.attempt | .ended_by == "migrations" and .exposure >= $enough and
		.workload_seconds < 90 and .work_unit == "rounds" and (.is_exposure_estimated | not)' >/dev/null || fail "$(api GET "/api/v1/attempts/$attempt")"
	equal "$(jq -s '[.[] | select(.type == "sample")] | (last.v | add) - (first.v | add)' "$WORK/samples")" \
		"$(api GET "/api/v1/attempts/$attempt" | jq .attempt.exposure)" 'exposure, against the raw samples'
	shows "/attempts/$attempt" ' rounds' ' migrations: reached'
}

touch "$WORK/began"
mkdir -p "$WORK/own/mine/x86_64"
cp "$SHARE/guest/x86_64/migrate" "$WORK/own/mine/x86_64/stir"
cat >"$WORK/own/mine/manifest.json" <<'MANIFEST'
{
  "name": "mine", "summary": "for this test", "program": "stir", "needs": {"numa_nodes": 2}, "progress": "pipe", "unit": "rounds",
  "arguments": [{"name": "size", "flag": "-k", "type": "bytes", "unit": "k", "default": "256k", "help": "of the file"}]
}
MANIFEST
RUNNER_OPTIONS="--workloads $WORK/own --roots $ROOTS" kernel_site "$WORKLOAD_S"
run_tests "$@"
