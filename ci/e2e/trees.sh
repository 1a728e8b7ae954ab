#!/bin/bash
# Watched trees: what their policies plan, from the API and the page's form, and what a rewritten history does to it.
# shellcheck source=ci/e2e/lib.sh
. "$(dirname "$0")/lib.sh"

policy() { api PUT /api/v1/trees/tiny/policy -H 'Content-Type: application/json' --data-binary "$1" >/dev/null; }
planned() { sql "select count(*) from run where is_planned"; }
has_planned() { (($(planned) >= $1)); }
newest_planned() { sql "select c.sha from run join job j on j.run_id = run.id join revision r on r.id = j.revision_id join commit c on c.id = r.commit_id where is_planned order by run.id $1 limit 1"; }
is_planned() { [[ $(sql "select count(*) from run join job j on j.run_id = run.id join revision r on r.id = j.revision_id join commit c on c.id = r.commit_id where is_planned and c.sha = '$1'") -gt 0 ]]; }
push_hook() { post /api/v1/trees/tiny/refresh '{}' >/dev/null; }
end_jobs() { sql "update job set state = 'done', ended_at = now() where state = 'queued'" >/dev/null; }

test_a_policy_tests_the_newest_first_and_then_fills() {
	refused 422 PUT /api/v1/trees/tiny/policy -H 'Content-Type: application/json' --data-binary '{"profiles": ["nope"]}'
	refused 400 PUT /api/v1/trees/tiny/policy -H 'Content-Type: application/json' --data-binary '{"profiles": ["standin"], "commits": "some"}'
	refused 404 PUT /api/v1/trees/nope/policy -H 'Content-Type: application/json' --data-binary '{"profiles": ["standin"]}'
	policy '{"profiles": ["standin"], "back": 3, "repeats": 2}'
	wait_for 30 'two commits' has_planned 2
	equal "$(newest_planned '')" "$(git -C "$TREE" rev-parse main)" 'commit that is planned first'
	equal "$(newest_planned desc)" "$(git -C "$TREE" rev-parse main~1)" 'commit that is planned next'
	equal "$(sql "select count(*) from job where state = 'queued'")" 4 'jobs that wait'
	[[ $(page_text /trees/tiny) == *'each commit, the newest first, 3 commits back'* ]] || fail 'the page does not say what is tested'
	[[ $(page_text /queue) == *'watched trees'* ]] || fail 'the queue does not say who waits'
}

# A push, also a forced one: what is on the line now is planned, and what was tested stays.
test_a_rewritten_branch_is_tested_anew() {
	local before
	end_jobs
	before=$(sql 'select count(*) from job')
	git -C "$TREE" checkout -q -B rewritten main~1
	git -C "$TREE" commit -q --allow-empty -m 'instead of the last'
	git -C "$TREE" branch -q -f main rewritten
	push_hook
	wait_for 30 'the new commit' is_planned "$(git -C "$TREE" rev-parse rewritten)"
	(($(sql 'select count(*) from job') > before)) || fail 'what was tested before is gone'
}

test_the_form_changes_what_is_tested() {
	form_post /trees/tiny "token=$TOKEN_TRIGGER" commits=merges every=1 back=7 repeats=1 priority=10 profiles=standin is_on=yes
	equal "$STATUS" 303 'answer to the form'
	equal "$(api GET /api/v1/trees/tiny | jq -c '.tree.policy | [.commits, .back, .priority, .is_on, .profiles]')" '["merges",7,10,true,["standin"]]' policy
	form_post /trees/tiny commits=every back=9 profiles=standin
	equal "$STATUS" 401 'form of nobody'
	[[ $BODY == *'value="9"'* ]] || fail 'the form has forgotten what was typed'
}

test_a_folder_of_the_server_is_watched_for_an_admin_only() {
	local tree='{"name": "folder", "url": "file:///srv/private.git", "branch": "main"}'
	TOKEN=$TOKEN_TRIGGER refused 403 POST /api/v1/trees --data-binary "$tree"
	TOKEN='' http GET /api/v1/trees/folder
	equal "$STATUS" 404 'the tree'
}

knows_nothing() { grep -q '\*\*\*' "$1" && ! grep -q hunter2 "$1"; }
was_tried() { [[ $(sql "select refresh_error is not null from tree where name = '$1'") == t ]]; }

test_a_password_in_an_address_is_shown_to_nobody() {
	local secret=http://jane:hunter2-of-jane@127.0.0.1:1/x.git run attempt path
	post /api/v1/trees "{\"name\": \"secret\", \"url\": \"$secret\", \"branch\": \"main\"}" >/dev/null
	wait_for 30 'the first try' was_tried secret
	for path in /trees/secret /api/v1/trees /api/v1/trees/secret; do
		TOKEN='' http GET "$path" -H 'Accept: text/html'
		printf '%s\n' "$BODY" >"$WORK/words"
		knows_nothing "$WORK/words" || fail "on $path: $(cat "$WORK/words")"
	done
	equal "$(TOKEN='' api GET '/search?q=hunter2-of&format=json' | grep -c /trees/secret)" 0 'it can be searched for'
	knows_nothing "$WORK/server.log" || fail "in the server's log: $(cat "$WORK/server.log")"
	sql "update tree set url = '$secret' where name = 'tiny'" >/dev/null
	profile once '.attempts_max = 1'
	runner_start runner
	run=$(order '{"tree": "tiny", "commit": "main", "profiles": ["once"], "priority": 100}')
	attempt=$(ends "$run" fault 90)
	TOKEN='' http GET "/attempts/$attempt" -H 'Accept: text/html'
	printf '%s\n' "$BODY" >"$WORK/words"
	knows_nothing "$WORK/words" || fail "on the attempt's page: $BODY"
	stream "$attempt" build "$WORK/words"
	! grep -q hunter2 "$WORK/words" "$WORK/runner.log" || fail "in the build log or the runner's: $(cat "$WORK/words" "$WORK/runner.log")"
}

site_start
profile standin
tree_start
run_tests "$@"
