#!/bin/bash
# What goes wrong with the kernel under test or with what was asked: each ends in a result of its own name, which says
# where a person looks what was wrong, and the attempt stays with all it had said.
# shellcheck source=ci/e2e/lib.sh
. "$(dirname "$0")/lib.sh"

# says ATTEMPT TEXT…: the attempt's page and JSON both say it.
says() {
	local attempt=$1 text detail
	shift
	detail=$(api GET "/api/v1/attempts/$attempt" | jq -r '(.attempt // .).detail')
	for text in "$@"; do
		holds "$detail" "$text" "detail of attempt $attempt"
	done
	shows "/attempts/$attempt" "$@"
}

test_an_unknown_commit_is_named() {
	http POST /api/v1/runs -H 'Content-Type: application/json' \
		--data-binary '{"tree":"tiny","commit":"0123456789abcdef0123456789abcdef01234567","profiles":["standin"]}'
	if [[ $STATUS == 202 ]]; then
		local attempt
		attempt=$(ends "$(jq .run.id <<<"$BODY")" no_commit 60)
		says "$attempt" 0123456789abcdef
	else
		[[ $STATUS == 404 || $STATUS == 422 ]] || fail "$STATUS $BODY"
		holds "$BODY" 0123456789abcdef
	fi
}

test_a_commit_that_the_repository_lost_is_named() {
	local sha attempt
	git -C "$TREE" branch -q doomed good
	sha=$(git -C "$TREE" commit-tree -m 'tiny: here for a while' -p good 'good^{tree}')
	git -C "$TREE" branch -qf doomed "$sha"
	stop runner
	post /api/v1/trees/tiny/refresh '{}' >/dev/null
	wait_for 20 'the server to see the commit' sees_commit "$sha"
	local run
	run=$(order "$(jq -nc --arg sha "$sha" '{tree: "tiny", commit: $sha, profiles: ["standin"]}')")
	git -C "$TREE" branch -qD doomed
	git -C "$TREE" reflog expire --expire=now --all
	git -C "$TREE" gc -q --prune=now
	runner_start runner --state "$WORK/state-fresh"
	attempt=$(ends "$run" no_commit 60)
	says "$attempt" "${sha:0:12}"
	stop runner
	runner_start runner
}

sees_commit() { [[ $(sql "select count(*) from commit where sha = '$1'") == 1 ]]; }

test_a_patch_that_does_not_apply_shows_the_conflict() {
	local attempt
	attempt=$(ends "$(order "$(jq -nc '{tree: "tiny", commit: "good", profiles: ["standin"], patches: ["Subject: does not fit\n\n--- a/guest.sh\n+++ b/guest.sh\n@@ -1,3 +1,3 @@\n nothing like\n-what is there\n+what was wanted\n in this file\n"]}')")" no_apply 60)
	says "$attempt" guest.sh
	shows "/attempts/$attempt" 'does not fit'
}

test_a_revert_that_conflicts_shows_the_conflict() {
	local attempt
	attempt=$(ends "$(order "$(jq -nc --arg sha "$(git -C "$TREE" rev-parse plant)" '{tree: "tiny", commit: "good", profiles: ["standin"], reverts: [$sha]}')")" no_apply 60)
	says "$attempt" "$(git -C "$TREE" rev-parse plant | cut -c1-12)"
}

test_a_kernel_that_does_not_compile_shows_the_errors_lines() {
	local run attempt
	run=$(order '{"tree":"tiny","commit":"broken","profiles":["standin"]}')
	attempt=$(ends "$run" no_build 60)
	says "$attempt" error:
	stream "$attempt" build "$WORK/build"
	holds "$(cat "$WORK/build")" error: 'the build log'
	shows "/runs/$run" 'no build'
}

test_an_option_that_the_configuration_lost_is_named() {
	local attempt share=$WORK/share-picky
	mkdir "$share"
	ln -s "$SHARE/guest" "$SHARE/workloads" "$share/"
	cp -rL "$SHARE/configs" "$share/configs"
	printf 'CONFIG_IMAGINARY=y\n' >"$share/configs/imaginary.fragment"
	stop runner
	runner_start picky --share "$share"
	profile imaginary '.config = "imaginary"'
	attempt=$(ends "$(order '{"tree":"tiny","commit":"good","profiles":["imaginary"]}')" no_build 60)
	stop picky
	runner_start runner
	says "$attempt" CONFIG_IMAGINARY=y 'lost in olddefconfig'
}

# A slow machine looks the same, so this colours no trend.
test_a_build_that_never_ends_is_ended_at_its_limit() {
	local run
	profile impatient '.build_limit_s = 2 | .attempts_max = 1'
	run=$(order '{"tree":"tiny","commit":"slow","profiles":["impatient"]}')
	says "$(ends "$run" fault 60)" limit
}

test_a_kernel_that_never_says_hello_did_not_boot() {
	local attempt
	profile short-boot '.boot_limit_s = 2'
	attempt=$(ends "$(order_guest silent short-boot <<<'console "[    0.000000] Linux version 6.1.0"; exec sleep infinity')" no_boot)
	says "$attempt" 'boot'
	console_shows "$attempt" 'Linux version'
}

test_a_kernel_that_resets_before_hello_did_not_boot() {
	local attempt
	attempt=$(ends "$(order_guest resets standin <<<'console "Kernel panic - not syncing: VFS: Unable to mount root fs"; exit 10')" no_boot)
	console_shows "$attempt" 'Unable to mount root fs'
}

test_a_guest_that_falls_silent_hangs() {
	local attempt
	profile short-silence '.silence_limit_s = 2'
	attempt=$(ends "$(order_guest hangs short-silence <<-'SH'
		hello
		phase workload
		sample 0 0
		sample 700 7
		exec sleep infinity
	SH
	)" hang)
	says "$attempt" 2
	equal "$(api GET "/api/v1/attempts/$attempt" | jq '(.attempt // .).exposure')" 707 'exposure of the hanging guest'
}

test_a_guest_that_babbles_beyond_its_time_hangs() {
	local attempt
	profile short-attempt '.attempt_limit_s = 4'
	attempt=$(ends "$(order_guest babbles short-attempt <<-'SH'
		hello
		while console 'still here'; do read -rt 0.2 <> <(:); done
	SH
	)" hang)
	console_shows "$attempt" 'still here'
}

test_a_crash_becomes_a_bug_with_its_occurrence() {
	local run attempt bug
	run=$(order_guest crashes standin <<-'SH'
		hello
		phase workload
		sample 0 0
		sample 1000 3
		crash
	SH
	)
	attempt=$(ends "$run" crash)
	bug=$(api GET "/api/v1/bugs" | jq -r '[.. | objects | select(has("title"))][0] | "\(.id) \(.title)"')
	holds "$bug" filemap_read 'the bug'
	shows "/bugs/${bug%% *}" filemap_read 6.1.0-crashes
	shows "/attempts/$attempt" crash 'include/linux/mm.h:780!' filemap_read
	console_shows "$attempt" 'kernel BUG at' filemap_read
	shows /bugs filemap_read
	equal "$(sql "select exposure from occurrence where attempt_id = $attempt")" 1003 'exposure at the occurrence'
}

test_a_workload_that_fails_says_why() {
	local attempt
	attempt=$(ends "$(order_guest fails standin <<<'hello; phase workload; result error "cannot open /mnt/file: No space left on device"')" workload_error)
	says "$attempt" 'No space left on device'
}

test_a_kernel_without_the_counters_is_unknown_not_zero() {
	local attempt
	attempt=$(ends "$(order_guest countless standin <<<'hello; phase workload; sample null null; sample null null; result done')" clean)
	equal "$(api GET "/api/v1/attempts/$attempt" | jq '(.attempt // .).exposure')" null exposure
	equal "$(sql "select count(*) from point where attempt_id = $attempt")" 0 points
}

test_an_image_with_the_wrong_hash_is_refused() {
	local hash
	printf 'something' >"$WORK/some"
	hash=$(sha256sum <<<'something else' | cut -d' ' -f1)
	refused 422 PUT "/api/v1/blobs/$hash?offset=0&size=9" --data-binary @"$WORK/some"
	http HEAD "/api/v1/blobs/$hash"
	equal "$STATUS" 404 'the refused blob'
}

test_a_prebuilt_kernel_whose_image_is_not_there_says_so() {
	local hash attempt
	hash=$(sha256sum <<<'never uploaded' | cut -d' ' -f1)
	http POST /api/v1/runs -H 'Content-Type: application/json' \
		--data-binary "$(jq -nc --arg hash "$hash" '{prebuilt: {release: "6.1.0-absent", image: {sha256: $hash}}, profiles: ["standin"]}')"
	if [[ $STATUS == 202 ]]; then
		local run
		run=$(jq .run.id <<<"$BODY")
		run_wait "$run" 60
		attempt=$(attempt_of "$run")
		says "$attempt" "${hash:0:12}"
	else
		holds "$BODY" "${hash:0:12}"
	fi
}

test_counts_are_what_the_attempts_give() {
	counts_are_true
}

site_start
profile standin
tree_start
before_each() { runner_ensure runner; }
run_tests "$@"
