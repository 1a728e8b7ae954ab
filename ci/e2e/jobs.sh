#!/bin/bash
# The way of a job, from order to trend page, with real server and runner and a stand-in for kernel and boot.
# shellcheck source=ci/e2e/lib.sh
. "$(dirname "$0")/lib.sh"

# The trend's points of a tree: value after value, in the order of commits.
points() { api GET "/trees/$1/series/standin/$2?show=data&format=json"; }

test_a_prebuilt_kernel_goes_from_order_to_trend_page() {
	local run attempt
	run=$(order_guest first standin <<-'SH'
		hello 6.1.0-first
		console 'the stand-in speaks'
		phase workload
		sample 0 0
		sample 40 1
		sample 90 10
		result done
	SH
	)
	attempt=$(ends "$run" clean)
	shows "/attempts/$attempt" clean 6.1.0-first
	console_shows "$attempt" 'the stand-in speaks'
	shows "/runs/$run" clean
	shows / prebuilt
	stream "$attempt" console "$WORK/console"
	holds "$(cat "$WORK/console")" 'the stand-in speaks'
	stream "$attempt" samples "$WORK/samples"
	equal "$(jq -c 'select(.type == "sample").v' "$WORK/samples" | tr '\n' ' ')" '[0,0] [40,1] [90,10] ' 'samples as they came'
	equal "$(samples_of "$attempt")" '[[0,0],[40,1],[90,10]]' 'samples as stored'
	equal "$(api GET "/api/v1/attempts/$attempt" | jq '(.attempt // .).exposure')" 100 exposure
	shows /trees/prebuilt 6.1.0-first
	shows "/trees/prebuilt/series/standin/pgmigrate_success?show=data" 6.1.0-first 90
	equal "$(points prebuilt fail_ratio | jq -r '.rows[].middle')" 0.100 'the ratio of 10 in 100'
}

test_what_the_logs_say_of_a_job_is_found_by_its_number() {
	local run attempt job
	run=$(order_guest logged standin <<<'hello; result done')
	attempt=$(ends "$run" clean)
	job=$(sql "select job_id from attempt where id = $attempt")
	wait_for 20 "the runner's word" grep -q " job=$job attempt=$attempt: clean" "$WORK/runner.log"
	run=$(order_guest unwanted standin '.tags = ["nobody"] | .queue_limit_s = 1' <<<'hello; result done')
	job=$(sql "select id from job where run_id = $run")
	wait_for 20 "the server's word" grep -q " job=$job: waited longer than it may" "$WORK/server.log"
}

test_what_was_booted_can_be_downloaded() {
	local run attempt name hash
	run=$(order_guest loaded standin <<-'SH'
		hello
		phase workload
		sample 0 0
		sample 1 0
		result done
	SH
	)
	attempt=$(ends "$run" clean)
	api GET "/api/v1/attempts/$attempt" | jq -r '(.attempt // .).artifacts[] | "\(.name) \(.sha256)"' >"$WORK/artifacts"
	[[ -s $WORK/artifacts ]] || fail 'the attempt has no artifacts'
	while read -r name hash; do
		download "/api/v1/blobs/$hash" "$WORK/artifact"
		equal "$STATUS" 200 "artifact $name"
		equal "$(sha "$WORK/artifact")" "$hash" "content of $name"
	done <"$WORK/artifacts"
	grep -q '^image ' "$WORK/artifacts" || fail "no image among: $(cat "$WORK/artifacts")"
	cmp -s "$WORK/guest-loaded" <(curl -fsS "$URL/api/v1/blobs/$(sha "$WORK/guest-loaded")") || fail 'the image differs'
	shows "/attempts/$attempt" qemu-system-x86_64
}

# order_until NAME JQ-CHANGE: a stand-in that tries up to 1000 migrations, 100 at a time.
order_until() {
	order_guest "$1" standin "$2" <<-'SH'
		hello
		work 100 10
	SH
}

# ended ATTEMPT: what ended it, and after how many migrations.
ended() { api GET "/api/v1/attempts/$1" | jq -r '.attempt | "\(.ended_by) \(.exposure)"'; }

test_a_run_may_end_by_its_work() {
	local attempt
	attempt=$(ends "$(order_until enough '.migrations = 250 | .duration_s = 60')" clean)
	equal "$(ended "$attempt")" 'migrations 300' 'a workload that had tried enough'
	shows "/attempts/$attempt" '250 migrations: reached' 'of at most 60.0 s'
	attempt=$(ends "$(order_until late '.migrations = 5000')" clean)
	equal "$(ended "$attempt")" 'time 1000' 'a workload whose time was over first'
	shows "/attempts/$attempt" '5,000 migrations: not reached'
	shows "/runs/$(api GET "/api/v1/attempts/$attempt" | jq .attempt.run)" 'until 5,000 migrations'
	refused 400 POST /api/v1/runs --data-binary '{"tree": "tiny", "commit": "good", "profiles": ["standin"], "duration_s": 5}'
	attempt=$(ends "$(order_until timed .)" clean)
	equal "$(ended "$attempt")" 'null 1000' 'an ordinary one'
}

test_a_commit_is_built_and_stands_on_its_tree() {
	local run attempt
	run=$(order '{"tree":"tiny","commit":"good","profiles":["standin"]}')
	attempt=$(ends "$run" clean 60)
	stream "$attempt" build "$WORK/build"
	holds "$(cat "$WORK/build")" 'CC      init/main.o' 'the build log'
	shows "/attempts/$attempt" clean "$(git -C "$TREE" log -1 --format=%s good)"
	shows /trees/tiny "$(git -C "$TREE" log -1 --format=%s good)"
}

test_a_history_shows_the_bug_and_the_change_at_the_commits_that_have_them() {
	local run bug line
	run=$(order '{"tree":"tiny","range":"first..good","profiles":["standin"]}')
	equal "$(run_json "$run" | jq '.run.jobs.total')" 4 'commits of the range'
	run_wait "$run" 90
	equal "$(sql "select string_agg(c.subject || ': ' || a.result, ', ' order by tc.ordinal) from attempt a join job j on j.id = a.job_id
		join revision r on r.id = j.revision_id join commit c on c.id = r.commit_id
		join tree_commit tc on tc.commit_id = c.id and tc.tree_id = r.tree_id where j.run_id = $run")" \
		'tiny: no reference for private pages: crash, tiny: get and put the page: clean, tiny: expected references of a private page: clean, tiny: count the private reference again: clean' results
	bug=$(sql "select distinct bug_id from occurrence o join attempt a on a.id = o.attempt_id join job j on j.id = a.job_id where j.run_id = $run")
	shows "/bugs/$bug" filemap_read "$(git -C "$TREE" rev-parse --short=12 plant)"
	line=$(page_text /trees/tiny)
	holds "$line" 'tiny: no reference for private pages' 'the tree'
	# The failed share of each commit, in their order.
	line=$(points tiny fail_ratio)
	shows "/trees/tiny/series/standin/fail_ratio?show=data" "$(git -C "$TREE" rev-parse --short=12 slower)"
	equal "$(sql "select string_agg(round(p.value::numeric, 3)::text, ' ' order by tc.ordinal) from point p join series s on s.id = p.series_id
		join tree_commit tc on tc.commit_id = p.commit_id and tc.tree_id = s.tree_id join attempt a on a.id = p.attempt_id join job j on j.id = a.job_id
		where s.metric = 'fail_ratio' and j.run_id = $run and a.result = 'clean'")" '0.001 0.960 0.001' 'failed shares'
}

test_patches_and_reverts_are_applied_and_kept_off_the_trend() {
	local run attempt
	git -C "$TREE" format-patch -1 --stdout patched >"$WORK/patch"
	run=$(order "$(jq -nc --rawfile patch "$WORK/patch" '{tree: "tiny", commit: "good", profiles: ["standin"], patches: [$patch]}')")
	equal "$(api GET "/api/v1/runs/$run" | jq -r '.run.title | sub(".*\\) "; "")')" 'with 1 patch' "the end of the run's title"
	attempt=$(ends "$run" clean 60)
	stream "$attempt" console "$WORK/console"
	holds "$(cat "$WORK/console")" 'patched in' 'console of the patched kernel'
	equal "$(sql "select count(*) from point where attempt_id = $attempt")" 0 'points of a patched kernel'
	shows "/attempts/$attempt" "$(git -C "$TREE" log -1 --format=%s patched)"
}

test_the_same_idempotency_key_answers_the_same_run() {
	local one two hash
	hash=$(guest same <<<'hello; result done')
	local body
	body=$(jq -nc --arg hash "$hash" '{prebuilt: {release: "6.1.0-same", image: {sha256: $hash}}, profiles: ["standin"]}')
	one=$(order "$body" -H 'Idempotency-Key: k-1')
	two=$(order "$body" -H 'Idempotency-Key: k-1')
	equal "$two" "$one" 'second answer'
	equal "$(sql "select count(*) from job where run_id = $one")" 1 jobs
	refused 422 POST /api/v1/runs -H 'Content-Type: application/json' -H 'Idempotency-Key: k-1' \
		--data-binary "$(jq -c '.priority = 9' <<<"$body")"
	[[ $(order "$body" -H 'Idempotency-Key: k-2') != "$one" ]] || fail 'another key answered the same run'
	run_wait "$one"
}

test_the_more_urgent_run_goes_first() {
	local low high
	stop runner
	low=$(order_guest low standin '.priority = 10' <<<'hello; result done')
	high=$(order_guest high standin '.priority = 90' <<<'hello; result done')
	runner_start runner
	run_wait "$low"
	run_wait "$high"
	equal "$(sql "select string_agg(j.run_id::text, ' ' order by a.claimed_at) from attempt a join job j on j.id = a.job_id where j.run_id in ($low, $high)")" \
		"$high $low" order
}

test_two_runners_never_take_the_same_job() {
	local run
	runner_start runner-b
	run=$(order_guest race standin '.repeats = 12' <<<'hello; result done')
	run_wait "$run" 90
	equal "$(sql "select count(*) || ' ' || count(distinct job_id) from attempt a join job j on j.id = a.job_id where j.run_id = $run")" '12 12' attempts
	equal "$(sql "select count(distinct machine_id) from attempt a join job j on j.id = a.job_id where j.run_id = $run")" 2 machines
	stop runner-b
}

test_a_queued_run_can_be_cancelled() {
	local run
	stop runner
	run=$(order_guest never standin <<<'hello; result done')
	api POST "/api/v1/runs/$run/cancel" >/dev/null
	# It may be on its way to the runner that was just stopped, and come back from there.
	wait_for 10 'the job to be cancelled' all_cancelled "$run"
	shows "/runs/$run" cancelled
	runner_start runner
	run_wait "$(order_guest behind standin <<<'hello; result done')"
	equal "$(sql "select count(*) from attempt a join job j on j.id = a.job_id where j.run_id = $run")" 0 attempts
}

all_cancelled() { [[ $(run_json "$1" | jq -c '.run.jobs | [.cancelled, .total]') == '[1,1]' ]]; }

test_one_job_of_a_run_can_be_hurried_and_taken_back() {
	local run jobs
	run=$(order '{"tree": "tiny", "commit": "good", "profiles": ["standin"], "repeats": 3, "machine": "nobody", "queue_limit_s": 86400}')
	jobs=$(api GET /api/v1/queue | jq -c "[.queued[] | select(.run == $run).id]")
	equal "$(jq length <<<"$jobs")" 3 'queued jobs'
	equal "$(post "/api/v1/jobs/$(jq '.[1]' <<<"$jobs")/priority" '{"priority": 99}' | jq .job.priority)" 99 'its priority'
	equal "$(api GET /api/v1/queue | jq "[.queued[] | select(.run == $run).id][0]")" "$(jq '.[1]' <<<"$jobs")" 'who is next'
	equal "$(post "/api/v1/jobs/$(jq '.[0]' <<<"$jobs")/cancel" '{}' | jq -r .job.state)" cancelled 'its state'
	equal "$(run_json "$run" | jq -c '.run.jobs | [.queued, .cancelled]')" '[2,1]' 'the others wait'
	refused 404 POST /api/v1/jobs/999999/cancel -d '{}'
	refused 400 POST "/api/v1/jobs/$(jq '.[1]' <<<"$jobs")/priority" -d '{"priority": 101}'
	post "/api/v1/runs/$run/cancel" '{}' >/dev/null
}

# Ann's token is a trigger's, as are those of others.
test_only_who_ordered_it_and_admins_change_an_order_and_it_is_written_down() {
	local run job ann bob
	ann=$(token trigger ann)
	bob=$(token trigger bob)
	run=$(TOKEN=$ann order '{"tree": "tiny", "commit": "good", "profiles": ["standin"], "repeats": 2, "machine": "nobody", "queue_limit_s": 86400}')
	job=$(api GET /api/v1/queue | jq "[.queued[] | select(.run == $run).id][0]")
	TOKEN=$bob refused 403 POST "/api/v1/runs/$run/cancel" -d '{}'
	holds "$BODY" "'ann' ordered this"
	TOKEN=$bob refused 403 POST "/api/v1/runs/$run/priority" -d '{"priority": 99}'
	TOKEN=$bob refused 403 POST "/api/v1/jobs/$job/cancel" -d '{}'
	TOKEN=$bob refused 403 POST "/api/v1/jobs/$job/priority" -d '{"priority": 99}'
	TOKEN=$ann post "/api/v1/runs/$run/priority" '{"priority": 60}' >/dev/null
	TOKEN=$ann post "/api/v1/jobs/$job/cancel" '{}' >/dev/null
	post "/api/v1/runs/$run/cancel" '{}' >/dev/null
	equal "$(run_json "$run" | jq -c '[.run.changes[] | [.by, .what, .job, .priority]]')" \
		"[[\"ann\",\"priority\",null,60],[\"ann\",\"cancel\",$job,null],[\"e2e-admin\",\"cancel\",null,null]]" 'who did what'
	shows "/runs/$run" 'given priority 60 by ann' "job $job cancelled by ann" 'cancelled by e2e-admin'
}

test_forms_of_the_queue_and_of_a_run_cancel_and_hurry() {
	local run jobs carl
	carl=$(token trigger carl)
	run=$(TOKEN=$carl order '{"tree": "tiny", "commit": "good", "profiles": ["standin"], "repeats": 3, "machine": "nobody", "queue_limit_s": 86400}')
	jobs=$(api GET /api/v1/queue | jq -c "[.queued[] | select(.run == $run).id]")
	form /queue 303 "token=$carl" action=priority "job=$(jq '.[2]' <<<"$jobs")" priority=90
	form "/runs/$run" 303 "token=$carl" action=cancel "job=$(jq '.[1]' <<<"$jobs")"
	equal "$(api GET "/api/v1/jobs/$(jq '.[2]' <<<"$jobs")" | jq .job.priority)" 90 'its priority'
	equal "$(api GET "/api/v1/jobs/$(jq '.[1]' <<<"$jobs")" | jq -r .job.state)" cancelled 'its state'
	form "/runs/$run" 403 "token=$TOKEN_TRIGGER" action=cancel
	holds "$BODY" 'ordered this'
	form /queue 403 "token=$TOKEN_TRIGGER" action=cancel "job=$(jq '.[0]' <<<"$jobs")"
	form "/runs/$run" 401 action=cancel
	form /queue 400 "token=$carl" action=cancel
	form "/runs/$run" 303 "token=$carl" action=priority priority=70
	form "/runs/$run" 303 "token=$carl" action=cancel
	equal "$(run_json "$run" | jq -rc '.run | [.state, .priority, .jobs.cancelled]')" '["cancelled",70,3]'
	page_text "/runs/$run" >"$WORK/text" # a stranger's
	! grep -q 'Cancel the run' "$WORK/text" || fail 'there is nothing left to cancel'
}

test_only_so_many_runs_of_a_day_name_somebody_to_be_told() {
	local chatty one='{"tree": "tiny", "commit": "good", "profiles": ["standin"], "machine": "nobody", "notify": "kim@example.org"}'
	chatty=$(token trigger chatty)
	for _ in 1 2; do
		post "/api/v1/runs/$(TOKEN=$chatty order "$one")/cancel" '{}' >/dev/null
	done
	TOKEN=$chatty refused 429 POST /api/v1/runs -d "$one"
	holds "$BODY" "field 'notify': 2 of your runs of the last 24 hours"
	post "/api/v1/runs/$(TOKEN=$chatty order "$(jq -c 'del(.notify)' <<<"$one")")/cancel" '{}' >/dev/null
	post "/api/v1/runs/$(order "$one")/cancel" '{}' >/dev/null
}

test_a_job_that_waits_too_long_is_given_up() {
	local run
	run=$(order '{"tree": "tiny", "commit": "good", "profiles": ["standin"], "machine": "nobody", "queue_limit_s": 1}')
	run_wait "$run" 60
	equal "$(run_json "$run" | jq -rc '.run | [.state, .jobs.expired]')" '["failed",1]' 'how it ended'
	shows "/runs/$run" 'waited too long' 'within their queue limit'
}

test_a_running_run_can_be_cancelled() {
	local run attempt
	run=$(order_guest endless standin <<-'SH'
		hello
		console 'until I am cancelled'
		exec sleep infinity
	SH
	)
	wait_for 20 'the guest to speak' guest_spoke "$run"
	api POST "/api/v1/runs/$run/cancel" >/dev/null
	run_wait "$run" 40
	attempt=$(attempt_of "$run")
	shows "/attempts/$attempt" cancelled
	stream "$attempt" console "$WORK/console"
	holds "$(cat "$WORK/console")" 'until I am cancelled' 'the console of the cancelled attempt'
}

guest_spoke() { [[ $(sql "select max(s.size_bytes) from stream s join attempt a on a.id = s.attempt_id join job j on j.id = a.job_id where j.run_id = $1 and s.name = 'console'") -gt 0 ]]; }

test_an_open_page_hears_of_it_at_once() {
	local run attempt
	curl -sSN -m 40 "$URL/api/v1/events" >"$WORK/events" 2>/dev/null &
	local listener=$!
	run=$(order_guest heard standin <<-'SH'
		hello
		console 'heard by everybody'
		result done
	SH
	)
	run_wait "$run"
	attempt=$(attempt_of "$run")
	wait_for 5 'the event of the run' grep -q '^event: run' "$WORK/events"
	wait_for 5 'the event of the attempt' grep -qE "^data:.*\"attempt\": ?$attempt" "$WORK/events"
	kill "$listener"
}

# ticks NAME: CPU time so far, in hundredths of a second.
ticks() { awk '{ print $14 + $15 }' "/proc/$(pid_of "$1")/stat"; }

# A stream's reader that answers "nothing yet" without being suspended would be asked again at once, for ever.
test_open_pages_on_which_nothing_happens_cost_nothing() {
	local server runner
	server=$(ticks server)
	runner=$(ticks runner)
	for _ in {1..10}; do
		curl -sSN -m 3 "$URL/api/v1/events" >/dev/null 2>&1 &
	done
	wait
	server=$(($(ticks server) - server))
	runner=$(($(ticks runner) - runner))
	printf '# in 3 s with 10 open pages: server %d0 ms of CPU, runner %d0 ms (with sanitizers)\n' "$server" "$runner"
	[[ $server -lt 60 && $runner -lt 30 ]] || fail "server: $server, runner: $runner hundredths of a second"
}

site_start --notify-per-day 2
profile standin
tree_start
before_each() { runner_ensure runner; }
run_tests "$@"
