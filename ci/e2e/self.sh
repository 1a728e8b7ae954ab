#!/bin/bash
# The backend `self` on this machine: a runner as root stresses the kernel that runs here, on an xfs of its own. Left out where nobody
# is root or no loop device can be had: nothing else than an xfs is stressed in its place.
AS_ROOT=1
unset AS_USER_DIES # ci/test.sh says it to the harness; what is started here does not inherit it
# shellcheck source=ci/e2e/lib.sh
. "$(dirname "$0")/lib.sh"

readonly WORKLOAD_S=1
RELEASE=$(uname -r)
ARCH=$(arch_own)

# why_not: what this machine lacks to be stressed itself; empty: nothing.
why_not() {
	is_root || { echo 'only root may mount'; return; }
	[[ -r /dev/kmsg ]] || { echo '/dev/kmsg cannot be read'; return; }
	command -v mkfs.xfs >/dev/null || { echo 'mkfs.xfs is not installed'; return; }
	truncate -s 512M "$WORK/probe.img"
	mkfs.xfs -q -f "$WORK/probe.img"
	mkdir -p "$WORK/probe"
	unshare --mount mount -t xfs -o loop "$WORK/probe.img" "$WORK/probe" 2>/dev/null || echo 'no xfs can be mounted from a loop device'
	rm -f "$WORK/probe.img"
}

before_each() { [[ ! $WHY_NOT ]] || skip "$WHY_NOT"; }

# IN_OWN_RUN CMD…: with a /run of this file's own, where the machine's lock lies: other tests may stress the same machine.
# shellcheck disable=SC2016 # the shell within expands
readonly IN_OWN_RUN=(unshare --mount sh -c 'mount --bind "$0" /run && exec "$@"' "$WORK/run")

# self_start [OPTION…]: a runner as root; its state lies below $WORK like all others'.
self_start() {
	mkdir -p "$WORK/run"
	"${IN_OWN_RUN[@]}" "$BIN/faultline-runner" --server "$URL" --token-file "$WORK/token" --state "$WORK/state-self" --share "$SHARE" --name self \
		--backend self --limit-disk-mb 0 "$@" >>"$WORK/runner-self.log" 2>&1 </dev/null &
	printf '%d\n' $! >"$WORK/runner-self.pid"
	wait_for 20 'the runner to register' self_is_there
}

self_is_there() { is_running runner-self && [[ $(sql "select count(*) from machine where name = 'self'") == 1 ]]; }
self_ensure() { is_running runner-self || self_start "$@"; }

# One node is enough for compaction, and two are not to be had everywhere.
profile_self() {
	post /api/v1/profiles "$(jq -nc --arg name "$1" --arg arch "$ARCH" --argjson page "$(getconf PAGESIZE)" '{name: $name, arch: $arch, page_size: $page,
		config: "running", fs: "xfs", block_size: 1024, mount_options: "noatime", workload: "migrate-reader",
		workload_args: ["movers=0", "compactors=1", "files=1"], duration_s: '"$WORKLOAD_S"', attempts_max: 1, attempt_limit_s: 240} | '"${2:-.}")" >/dev/null
}

order_self() { order "$(jq -nc --arg release "${2:-$RELEASE}" --arg profile "$1" '{running: {release: $release}, profiles: [$profile]}')"; }

# Nothing of an attempt stays on the machine.
left() {
	grep -F "$WORK/state-self" /proc/mounts /sys/block/loop*/loop/backing_file 2>/dev/null
	find "$WORK/state-self/spool" -mindepth 1 2>/dev/null
	grep -lz "FAULTLINE_RUNNER_STATE=$WORK/state-self" /proc/[0-9]*/environ 2>/dev/null | grep -v "/$(pid_of runner-self)/"
}
nothing_is_left() { [[ ! $(left) ]]; }

test_the_machine_stresses_its_own_kernel_and_delivers() {
	local attempt
	profile_self own
	self_ensure
	attempt=$(ends "$(order_self own)" clean 120)
	stream "$attempt" samples "$WORK/samples"
	equal "$(jq -s '[.[] | select(.type == "hello")][0] | "\(.release) \(.page_size)"' "$WORK/samples")" "\"$RELEASE $(getconf PAGESIZE)\"" hello
	[[ $(jq -s '[.[] | select(.type == "sample")] | length' "$WORK/samples") -gt 10 ]] || fail 'too few samples'
	equal "$(api GET "/api/v1/attempts/$attempt" | jq -c '.attempt | [.kernel_release, .page_size, .built, .reproduce]')" "[\"$RELEASE\",$(getconf PAGESIZE),null,null]" attempt
	console_shows "$attempt" 'faultline-guest: phase workload' ', preads ' 'Unmounting Filesystem'
	shows "/attempts/$attempt" clean "$RELEASE" "the machine's"
	shows /trees/running "$RELEASE"
	shows /machines/self self "arch:$ARCH/$RELEASE"
	equal "$(sql "select count(*) from machine where name = 'self' and tags @> '{workload:kernel-compile}'")" 0 'workloads that need a guest'
	nothing_is_left || fail "left behind: $(left)"
}

test_a_second_runner_of_the_machine_is_told_who_the_first_is() {
	self_ensure
	! "${IN_OWN_RUN[@]}" timeout 60 "$BIN/faultline-runner" --server "$URL" --token-file "$WORK/token" --state "$WORK/state-second" --share "$SHARE" \
		--name second --backend self --limit-disk-mb 0 2>"$WORK/second.log" || fail 'it runs as well'
	holds "$(cat "$WORK/second.log")" "another runner (process $(pid_of runner-self)) tests this machine's own kernel"
	equal "$(sql "select count(*) from machine where name = 'second'")" 0 'machines of that name'
	! "${IN_OWN_RUN[@]}" timeout 60 "$BIN/faultline-runner" --server "$URL" --token-file "$WORK/token" --state "$WORK/state-self" --share "$SHARE" \
		--name self --backend self --limit-disk-mb 0 2>"$WORK/second.log" || fail 'it runs twice'
	holds "$(cat "$WORK/second.log")" "another runner (process $(pid_of runner-self)) uses '$WORK/state-self'"
}

test_a_kernel_that_no_machine_runs_waits_and_booted_ones_are_not_taken() {
	local other
	profile_self other
	profile booted ".arch = \"$ARCH\""
	self_ensure
	other=$(order_self other 6.1.0-none)
	order_guest booted booted <<<'' >/dev/null
	ends "$(order_self other)" clean 120 >/dev/null
	equal "$(sql "select string_agg(distinct state, ' ') from job where run_id >= $other and arch <> '$ARCH/$RELEASE'")" queued 'other jobs'
	api POST "/api/v1/runs/$other/cancel" >/dev/null
}

test_profiles_for_booted_kernels_are_refused_and_the_other_way_round() {
	profile_self mine
	profile theirs
	refused 422 POST /api/v1/runs -H 'Content-Type: application/json' -d '{"running":{"release":"6.1"},"profiles":["theirs"]}'
	refused 422 POST /api/v1/runs -H 'Content-Type: application/json' -d '{"running":{"release":"6.1"},"profiles":["mine","theirs"]}'
	refused 422 POST /api/v1/runs -H 'Content-Type: application/json' \
		-d '{"prebuilt":{"release":"6.1","image":{"sha256":"'"$(printf 'a%.0s' {1..64})"'","url":"https://example.org/"}},"profiles":["mine"]}'
	refused 400 POST /api/v1/profiles -H 'Content-Type: application/json' \
		-d '{"name":"imposes","arch":"x86_64","config":"running","workload":"migrate-hot","duration_s":1,"memory_mb":512}'
}

test_a_cancelled_attempt_ends_at_once_and_leaves_nothing_on_the_machine() {
	local run
	profile_self long '.duration_s = 600 | .attempt_limit_s = 1200'
	self_ensure
	run=$(order_self long)
	wait_for 60 'the workload' is_at_work "$run"
	[[ $(left) ]] || fail 'the workload has nothing on the machine'
	api POST "/api/v1/runs/$run/cancel" >/dev/null
	run_wait "$run" 60
	wait_for 20 'the machine to be clean' nothing_is_left
}

is_at_work() { [[ $(sql "select a.step from attempt a join job j on j.id = a.job_id where j.run_id = $1 and a.step_of > 0") == workload ]]; }

test_a_killed_runner_takes_its_workload_along_and_tells_at_its_next_start() {
	local run
	profile_self killed '.duration_s = 600 | .attempt_limit_s = 1200'
	self_ensure
	run=$(order_self killed)
	wait_for 60 'the workload' is_at_work "$run"
	kill -KILL "$(pid_of runner-self)"
	wait_for 20 'the workload to die with it' no_workload
	self_start
	run_wait "$run" 60
	shows "/attempts/$(attempt_of "$run")" 'the runner was killed'
	nothing_is_left || fail "left behind: $(left)"
}

no_workload() { ! grep -F "$WORK/state-self" /sys/block/loop*/loop/backing_file; }

# A machine that went down: another boot's id in what the dead runner left, and the kernel's last words in pstore.
test_a_machine_that_went_down_tells_what_pstore_kept() {
	local run attempt
	profile_self down '.duration_s = 600 | .attempt_limit_s = 1200'
	self_ensure
	run=$(order_self down)
	wait_for 60 'the workload' is_at_work "$run"
	kill -KILL "$(pid_of runner-self)"
	wait_for 20 'the workload to die with it' no_workload
	attempt=$(attempt_of "$run")
	sed -i 's/"boot_id":"[^"]*"/"boot_id":"00000000-0000-0000-0000-000000000000"/' "$WORK/state-self/spool/$attempt/attempt.json"
	mkdir -p "$WORK/pstore"
	sed 's/^/<4>[  500.123456] /' "$REPO/server/console/samples/ppc64le-cc1-bug.log" >"$WORK/pstore/dmesg-ramoops-0"
	self_start --pstore "$WORK/pstore"
	run_wait "$run" 60
	equal "$(api GET "/api/v1/attempts/$attempt" | jq -r .attempt.result)" crash result
	shows "/attempts/$attempt" 'the machine went down during the attempt' "$RELEASE" 'kernel BUG in'
	console_shows "$attempt" 'dmesg-ramoops-0'
}

WHY_NOT=$(why_not)
[[ $WHY_NOT ]] || site_start
run_tests "$@"
