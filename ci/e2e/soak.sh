#!/bin/bash
# For `make soak`: the distribution's kernel TIMES times over, one after the other.
# shellcheck source=ci/e2e/lib.sh
. "$(dirname "$0")/lib.sh"

KERNEL=${KERNEL:-$STATE/demo/kernel}
TIMES=${TIMES:-50}
readonly WARM_UP=5 GROWTH_MAX_KB=4096 SECONDS_EACH=60

rss_kb() { awk '/^VmRSS/ { print $2 }' "/proc/$(pid_of "$1")/status"; }
fds() { find "/proc/$(pid_of "$1")/fd" | wc -l; }

repeat() {
	local run
	run=$(order_kernel ".repeats = $1")
	run_wait "$run" $(($1 * SECONDS_EACH))
	equal "$(run_json "$run" | jq -c '[.run.jobs.done, .run.jobs.total]')" "[$1,$1]" 'jobs that are done'
	equal "$(sql "select count(*) from attempt a join job j on j.id = a.job_id where j.run_id = $run and a.result = 'clean'")" "$1" 'clean attempts'
}

test_server_and_runner_do_not_grow() {
	local name
	local -A before files
	repeat "$WARM_UP"
	for name in server runner; do
		before[$name]=$(rss_kb "$name")
		files[$name]=$(fds "$name")
	done
	repeat "$TIMES"
	for name in server runner; do
		say "$name: ${before[$name]} kB before, $(rss_kb "$name") kB after $TIMES kernels"
		[[ $(($(rss_kb "$name") - before[$name])) -le $GROWTH_MAX_KB ]] || fail "$name grew from ${before[$name]} to $(rss_kb "$name") kB"
		[[ $(($(fds "$name") - files[$name])) -le 2 ]] || fail "$name had ${files[$name]} files open, and now $(fds "$name")"
	done
}

test_nothing_is_left_in_the_runners_spool() {
	equal "$(find "$WORK/state-runner/spool" -mindepth 1 -maxdepth 1 2>/dev/null | wc -l)" 0 'folders in the spool'
}

kernel_site 1
run_tests "$@"
