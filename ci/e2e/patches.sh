#!/bin/bash
# A posted patch runs code on the runner: what its Makefile may see, write, use and leave behind.
# shellcheck source=ci/e2e/lib.sh
. "$(dirname "$0")/lib.sh"

# patch_of SHELL-LINE…: a patch of the branch main whose build runs these lines; its number is in PATCHES.
patch_of() {
	local line
	git -C "$TREE" checkout -q -B posted good
	for line in "$@"; do
		printf '\t%s\n' "${line//\$/\$\$}"
	done >"$WORK/lines"
	sed -i "/^bzImage:/r $WORK/lines" "$TREE/Makefile"
	git -C "$TREE" commit -qam "tiny: $(sha "$WORK/lines" | head -c 12)"
	git -C "$TREE" format-patch -1 --stdout >"$WORK/patch"
	git -C "$TREE" checkout -q main
}

# post_patch SHELL-LINE…: a run of the head of main with such a patch; its number.
post_patch() {
	patch_of "$@"
	order "$(jq -nc --rawfile patch "$WORK/patch" '{tree: "tiny", commit: "good", profiles: ["standin"], patches: [$patch]}')"
}

detail_of() { api GET "/api/v1/attempts/$1" | jq -r '(.attempt // .).detail'; }

build_log() { stream "$1" build "$WORK/build" && cat "$WORK/build"; }

need_sandbox() {
	local why
	if why=$(grep -o 'bubblewrap does not work here.*' "$WORK/runner.log"); then skip "$why"; fi
}

test_a_patch_cannot_read_the_token_nor_anything_else_of_the_host() {
	local attempt
	attempt=$(ends "$(post_patch "cat $WORK/token")" no_build 60)
	holds "$(detail_of "$attempt")" Error
	holds "$(build_log "$attempt")" "$WORK/token: No such file"
	# shellcheck disable=SC2016 # the build expands
	attempt=$(ends "$(post_patch "ls $WORK $HOME $WORK/state-runner /etc || :" 'echo "user $(id -u), processes $(ls /proc | grep -c "^[0-9]")"' \
		'! grep -aqs FAULTLINE_TOKEN /proc/*/environ')" clean 60)
	holds "$(build_log "$attempt")" 'state-runner'
	! grep -qE '^(token|spool|shadow|server)' "$WORK/build" || fail "the build saw: $(cat "$WORK/build")"
}

test_what_a_patch_links_in_the_place_of_its_output_is_not_taken() {
	local run attempt detail
	run=$(post_patch "mkdir -p out-x86_64/include/config && ln -sf $WORK/token out-x86_64/include/config/kernel.release" \
		"ln -sf $WORK/token out-x86_64/vmlinux && mkdir -p out-x86_64/arch/x86/boot && ln -sf $WORK/token out-x86_64/arch/x86/boot/bzImage" \
		'touch -d 2030-01-01 -h out-x86_64/arch/x86/boot/bzImage; exit 0')
	wait_for 60 'an attempt to end' ended_once "$run"
	attempt=$(sql "select min(a.id) from attempt a join job j on j.id = a.job_id where j.run_id = $run")
	detail=$(api GET "/api/v1/attempts/$attempt")
	[[ $detail != *"$(cat "$WORK/token")"* ]] || fail "the token is in: $detail"
	equal "$(sql "select count(*) from attempt_artifact where attempt_id = $attempt and name = 'image' and sha256 = '$(sha "$WORK/token")'")" 0 'token as artifact'
	api POST "/api/v1/runs/$run/cancel" >/dev/null
	run_wait "$run" 40
}

ended_once() { [[ $(sql "select count(*) from attempt a join job j on j.id = a.job_id where j.run_id = $1 and a.ended_at is not null") -gt 0 ]]; }

# Were it followed, the sandbox would open the compiler's cache of all builds for writing.
test_a_patch_cannot_lead_its_outputs_to_another_folder() {
	patch_of 'touch out-x86_64/poison'
	git -C "$TREE" checkout -q posted
	ln -s ../../ccache "$TREE/out-x86_64"
	git -C "$TREE" add out-x86_64
	git -C "$TREE" commit -q --amend --no-edit
	git -C "$TREE" format-patch -1 --stdout >"$WORK/patch"
	git -C "$TREE" checkout -q main
	grep -q '^new file mode 120000' "$WORK/patch" || fail 'the patch has no link'
	ends "$(order "$(jq -nc --rawfile patch "$WORK/patch" '{tree: "tiny", commit: "good", profiles: ["standin"], patches: [$patch]}')")" clean 60 >/dev/null
	[[ ! -e $WORK/state-runner/ccache/poison ]] || fail 'it wrote into the cache of all builds'
}

test_a_patch_cannot_reach_the_network() {
	local attempt
	attempt=$(ends "$(post_patch "curl -sS -m 5 $URL/api/v1/health")" no_build 60)
	holds "$(build_log "$attempt")" "Failed to connect"
}

test_a_patch_cannot_fill_the_disk_with_one_file_nor_with_many() {
	local attempt
	attempt=$(ends "$(post_patch 'head -c 300M /dev/zero >out-x86_64/one')" no_build 60)
	holds "$(build_log "$attempt")" 'File size limit exceeded'
	# shellcheck disable=SC2016 # the build expands
	attempt=$(ends "$(post_patch 'i=0; while head -c 8M /dev/zero >"out-x86_64/many-$i"; do i=$((i + 1)); done')" no_build 60)
	holds "$(detail_of "$attempt")" 'wrote more than its limit of 128 MiB'
	[[ ! -e $WORK/state-runner/worktrees/tiny-x86_64-patched/out-x86_64/many-1 ]] || fail 'what it wrote is still there'
	attempt=$(ends "$(post_patch 'head -c 100M /dev/zero >/dev/shm/x')" no_build 60)
	holds "$(build_log "$attempt")" 'No space left on device'
}

# Each child takes far less than a process may.
test_a_patch_cannot_take_the_memory_nor_all_processes_with_many_children() {
	local attempt
	attempt=$(ends "$(post_patch 'for i in 1 2 3 4 5 6 7 8; do (head -c 48M /dev/zero | tail -c 48M | tail -qF /tmp/left-98763 2>/dev/null) & done; wait')" no_build 60)
	holds "$(detail_of "$attempt")" 'the build was stopped: it took more memory together than its processes may have: 256 MiB (--limit-build-memory-mb)'
	# shellcheck disable=SC2016 # the build expands
	attempt=$(ends "$(post_patch 'i=0; while [ $i -lt 400 ]; do tail -qF /tmp/left-98763 2>/dev/null & i=$((i + 1)); done; wait')" no_build 60)
	holds "$(detail_of "$attempt")" 'the build was stopped: it took more processes at once than it may have: 150 (--limit-build-processes)'
	! pgrep -f 'tail -qF /tmp/left-98763' >/dev/null || fail 'some still run'
	shows /machines/runner 'in a sandbox, with 268 MB and 150 processes at most' 'guests are emulated'
	equal "$(api GET /api/v1/machines | jq -c '.machines[] | select(.name == "runner") | [.accel, .builds.sandbox, .builds.memory_mb, .builds.processes]')" '["tcg",true,256,150]' 'what the API says of it'
}

test_a_patch_cannot_leave_a_process_behind() {
	local attempt
	attempt=$(ends "$(post_patch 'setsid -f tail -qF /tmp/left-98765 2>/dev/null')" clean 60)
	holds "$(build_log "$attempt")" 'left a process running, which was ended:'
	! pgrep -f 'tail -qF /tmp/left-98765' >/dev/null || fail 'it still runs'
}

test_a_patch_that_builds_without_end_is_no_build_and_is_tried_once() {
	local run
	profile hasty '.build_limit_s = 2'
	patch_of 'exec tail -qF /tmp/left-98764 2>/dev/null'
	run=$(order "$(jq -nc --rawfile patch "$WORK/patch" '{tree: "tiny", commit: "good", profiles: ["hasty"], patches: [$patch]}')")
	holds "$(detail_of "$(ends "$run" no_build 60)")" 'not done within its limit of 2 s'
	equal "$(sql "select attempts from job where run_id = $run")" 1 attempts
	! pgrep -f 'tail -qF /tmp/left-98764' >/dev/null || fail 'it still runs'
}

# The next build of another revision finds nothing of it: neither in the compiler's cache nor in the folder of outputs nor in git's.
test_a_patch_cannot_change_what_others_build() {
	local attempt cache=$WORK/state-runner/ccache
	attempt=$(ends "$(post_patch 'touch .git Makefile || echo "the sources are closed"' "touch $cache/poison || echo 'the cache is closed'" \
		'touch out-x86_64/poison /poison || echo "the root is closed"')" clean 60)
	holds "$(build_log "$attempt")" 'the sources are closed'
	holds "$(build_log "$attempt")" 'the cache is closed'
	holds "$(build_log "$attempt")" 'the root is closed'
	attempt=$(ends "$(post_patch 'ls out-x86_64; [ ! -e out-x86_64/poison ]')" clean 60)
	attempt=$(ends "$(order '{"tree":"tiny","commit":"slower","profiles":["standin"]}')" clean 60)
	[[ ! -e $WORK/state-runner/worktrees/tiny-x86_64/out-x86_64/poison ]] || fail 'it is in the folder of commits'
}

test_a_runner_without_bubblewrap_says_so_and_is_given_no_patches() {
	local run
	stop runner
	mkdir -p "$WORK/bin"
	printf '#!/bin/sh\necho "bwrap: No permissions to create new namespace" >&2\nexit 1\n' >"$WORK/bin/bwrap"
	chmod +x "$WORK/bin/bwrap"
	PATH=$WORK/bin:$PATH runner_start open
	grep -q 'No permissions to create new namespace.*patches are refused' "$WORK/open.log" || fail "it says: $(cat "$WORK/open.log")"
	run=$(post_patch 'echo never')
	ends "$(order '{"tree":"tiny","commit":"fix","profiles":["standin"]}')" clean 60 >/dev/null
	equal "$(sql "select string_agg(state, ' ') from job where run_id = $run")" queued 'the job with a patch'
	shows /queue sandbox
	stop open
	PATH=$WORK/bin:$PATH runner_start open --sandbox never
	ends "$run" clean 60 >/dev/null
	stop open
	runner_start runner "${LIMITS[@]}"
}

# As under systemd on a machine with little memory, whose users may have a few thousand processes.
test_a_runner_that_was_given_less_than_builds_may_have_confines_them_too() {
	stop runner
	(ulimit -u 3000 && runner_start modest)
	! grep 'bubblewrap does not work here' "$WORK/modest.log" || fail 'it confines nothing'
	equal "$(api GET /api/v1/machines | jq -c '.machines[] | select(.name == "modest") | .builds.sandbox')" true 'what the API says of it'
	stop modest
	runner_start runner "${LIMITS[@]}"
}

before_each() { runner_ensure runner "${LIMITS[@]}"; need_sandbox; }

# try_patch PROFILE FILE…: the example for maintainers; sets VERDICT, its words are in $WORK/verdict.
try_patch() {
	VERDICT=0
	FAULTLINE_URL=$URL FAULTLINE_TOKEN=$TOKEN_TRIGGER POLL_S=0.2 LIMIT_S=90 REPEATS=1 "$REPO/ci/try-patch.sh" tiny "$@" >"$WORK/verdict" 2>&1 || VERDICT=$?
}

test_the_example_for_maintainers_ends_with_the_verdict() {
	patch_of true
	git -C "$TREE" format-patch -1 --base=good --stdout posted >"$WORK/series.patch"
	try_patch standin "$WORK/series.patch"
	equal "$VERDICT" 0 "verdict on a patch that names its base and does no harm: $(cat "$WORK/verdict")"
	equal "$(grep -c '^clean' "$WORK/verdict")" 1 'attempts it lists'
	try_patch standin "$WORK/series.patch"
	equal "$(sql "select count(*) from run where request ->> 'commit' is null and request ? 'patches'")" 1 'runs of a patch that was posted twice'
	holds "$(page_text "/runs/$(sql 'select max(id) from run')")" 'Against its base'
	equal "$(run_json "$(sql 'select max(id) from run')" | jq -c '.run.compare[0] | [.profile, .with.clean]')" '["standin",1]' 'what the change gave'
	wait_for 30 'its numbers, beside the line' sql_is 't|t' 'select count(*) > 0, not exists (select from point p join attempt_place l on l.attempt_id = p.attempt_id and not l.is_plain) from point_beside'
	patch_of false
	BASE=good try_patch standin "$WORK/patch"
	equal "$VERDICT" 1 "verdict on a patch that does not build: $(cat "$WORK/verdict")"
	try_patch nope "$WORK/series.patch"
	equal "$VERDICT" 2 'verdict under a profile that is not there'
	holds "$(cat "$WORK/verdict")" "there is no profile nope"
	holds "$("$REPO/ci/try-patch.sh" --help)" 'try-patch.sh TREE PROFILE'
}

LIMITS=(--limit-build-mb 128 --limit-build-memory-mb 256 --limit-build-processes 150)
site_start
profile standin '.attempts_max = 2'
tree_start
runner_start runner "${LIMITS[@]}"
run_tests "$@"
