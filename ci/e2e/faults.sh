#!/bin/bash
# What goes wrong with the machine: no disk, no QEMU, no git server. None of it is a kernel's result: the attempt says
# what was missing, the job goes back to the queue, and it is done once the machine is well again.
# shellcheck source=ci/e2e/lib.sh
. "$(dirname "$0")/lib.sh"

# faulted RUN TEXT…: an attempt of it ended with a fault whose detail and page hold each text; prints the attempt.
faulted() {
	local run=$1 attempt text detail
	shift
	wait_for 40 "a fault in run $run" has_fault "$run"
	attempt=$(sql "select min(a.id) from attempt a join job j on j.id = a.job_id where j.run_id = $run and a.result = 'fault'")
	detail=$(api GET "/api/v1/attempts/$attempt" | jq -r '(.attempt // .).detail')
	for text in "$@"; do
		holds "$detail" "$text" "detail of attempt $attempt"
	done
	shows "/attempts/$attempt" fault "$@"
	equal "$(sql "select count(*) from point where attempt_id = $attempt")" 0 'points of a fault'
}

has_fault() { [[ $(sql "select count(*) from attempt a join job j on j.id = a.job_id where j.run_id = $1 and a.result = 'fault'") -gt 0 ]]; }
is_queued() { [[ $(sql "select count(*) from job where run_id = $1 and state in ('queued', 'leased')") -gt 0 ]]; }

# small_disk SIZE: SMALL becomes the words that run a command with $WORK/small a file system of that size, in a mount
# namespace of its own (as an ordinary user: in a user namespace too).
small_disk() {
	mkdir -p "$WORK/small"
	# shellcheck disable=SC2016 # the inner shell expands
	SMALL=(unshare -rm bash -c 'mount -t tmpfs -o size="$1" tmpfs "$2" && shift 2 && exec "$@"' _ "$1" "$WORK/small")
	"${SMALL[@]}" true 2>/dev/null || skip 'this machine allows no mount in a user namespace'
}

# A runner on that disk; it thinks it is root there.
runner_on_small_disk() {
	start runner "${SMALL[@]}" "$BIN/faultline-runner" --server "$URL" --token-file "$WORK/token" --state "$WORK/small" \
		--share "$SHARE" --name small --qemu "$REPO/ci/stand-in/qemu-system-x86_64" --allow-root --accel tcg "$@"
}

test_a_disk_that_is_full_is_named_before_a_job_starts() {
	local run
	small_disk 16m
	run=$(order_guest full standin <<<'hello; result done')
	runner_on_small_disk --limit-disk-mb 1024
	faulted "$run" 'no room'
	stop runner
	wait_for 10 'the job to go back' is_queued "$run"
	runner_start well
	ends "$run" clean >/dev/null
	stop well
}

test_a_disk_that_fills_up_in_the_middle_loses_nothing_that_was_sent() {
	local run attempt
	small_disk 160m # mkfs.xfs alone writes 64 MiB
	run=$(order_guest filling standin <<-'SH'
		hello
		console 'sent before the disk was full'
		head -c 256M /dev/zero | tr '\0' 'x' >>"$CONSOLE"
		exec sleep infinity
	SH
	)
	runner_on_small_disk --limit-disk-mb 0
	wait_for 60 'an attempt to end' ended_once "$run"
	attempt=$(sql "select min(a.id) from attempt a join job j on j.id = a.job_id where j.run_id = $run")
	wait_for 20 'the console to arrive' console_has "$attempt" 'sent before the disk was full'
	equal "$(sql "select result from attempt where id = $attempt")" fault 'a full disk is not the kernel'"'"'s result, so it'
	shows "/attempts/$attempt" 'no room'
	is_running runner || fail "the runner died of it: $(tail -n 5 "$WORK/runner.log")"
	api POST "/api/v1/runs/$run/cancel" >/dev/null
	stop runner
}

ended_once() { [[ $(sql "select count(*) from attempt a join job j on j.id = a.job_id where j.run_id = $1 and a.ended_at is not null") -gt 0 ]]; }

console_has() { stream "$1" console "$WORK/console" && grep -qaF "$2" "$WORK/console"; }

test_a_missing_qemu_is_named() {
	local run
	run=$(order_guest without-qemu standin <<<'hello; result done')
	runner_start runner --qemu "$WORK/no-such-qemu"
	faulted "$run" "$WORK/no-such-qemu"
	stop runner
	runner_start well
	ends "$run" clean >/dev/null
	stop well
}

test_a_qemu_that_refuses_its_arguments_shows_its_words() {
	local run
	cat >"$WORK/bad-qemu" <<-'SH'
		#!/bin/sh
		[ "$1" != --version ] || exec echo 'QEMU emulator version 7.2.22'
		echo 'qemu-system-x86_64: -object: insufficient memory' >&2
		exit 1
	SH
	chmod +x "$WORK/bad-qemu"
	run=$(order_guest bad-qemu standin <<<'hello; result done')
	runner_start runner --qemu "$WORK/bad-qemu"
	wait_for 30 'an attempt to end' ended_once "$run"
	shows "/attempts/$(attempt_of "$run")" 'insufficient memory'
	api POST "/api/v1/runs/$run/cancel" >/dev/null
	stop runner
}

test_a_git_server_out_of_reach_is_named_and_the_job_waits() {
	local run
	mv "$TREE" "$TREE.away"
	run=$(order '{"tree":"tiny","commit":"good","profiles":["standin"]}')
	runner_start runner
	faulted "$run" "$TREE"
	mv "$TREE.away" "$TREE"
	ends "$run" clean 60 >/dev/null
	stop runner
}

test_a_tree_that_cannot_be_fetched_says_so_on_its_page() {
	mv "$TREE" "$TREE.away"
	post /api/v1/trees/tiny/refresh '{}' >/dev/null
	wait_for 20 'the error of the fetch' has_refresh_error
	shows /trees/tiny "$TREE"
	mv "$TREE.away" "$TREE"
	post /api/v1/trees/tiny/refresh '{}' >/dev/null
	wait_for 20 'the fetch to work again' has_no_refresh_error
}

has_refresh_error() { [[ $(sql "select refresh_error is not null from tree where name = 'tiny'") == t ]]; }
has_no_refresh_error() { [[ $(sql "select refresh_error is null from tree where name = 'tiny'") == t ]]; }

test_a_job_that_only_meets_faults_ends_failed_and_keeps_each_attempt() {
	local run
	profile twice '.attempts_max = 2'
	run=$(order_guest twice twice <<<'hello; result done')
	runner_start runner --qemu "$WORK/no-such-qemu"
	run_wait "$run" 60
	equal "$(sql "select state || ' ' || attempts from job where run_id = $run")" 'failed 2' job
	equal "$(sql "select count(*) from attempt a join job j on j.id = a.job_id where j.run_id = $run and a.result = 'fault'")" 2 attempts
	shows "/runs/$run" fault "$WORK/no-such-qemu"
	stop runner
}

site_start
profile standin '.attempts_max = 5'
tree_start

# Each test has the machine for itself, whatever the one before left.
before_each() {
	stop runner
	stop well
	[[ -d $TREE ]] || mv "$TREE.away" "$TREE"
	sql "update machine set health = 'unknown', judged_at = now()" >/dev/null
	sql "update job set state = 'cancelled', claim_id = null, claim_machine_id = null, claimed_at = null, ended_at = now()
		where state in ('queued', 'leased')" >/dev/null
}

run_tests "$@"
