#!/bin/bash
# Rules that people write: tried out before they are kept, applied to what was there and to what comes, never in the way
# of anything; by the API and by the pages' forms.
# shellcheck source=ci/e2e/lib.sh
. "$(dirname "$0")/lib.sh"

crashing() {
	order_guest "crash-$1" standin <<-'SH'
		hello
		phase workload
		sample 100 10
		crash
	SH
}

# rule JSON: adds one; its number.
rule() { post /api/v1/rules "$1" | jq -e .rule.id; }

known() { api GET /api/v1/bugs | jq -c '[.bugs[0].known[].name]'; }
is_known() { [[ $(known) == "$1" ]]; }
is_swept() { api GET "/api/v1/rules/$1" | jq -e '.rule.is_swept'; }
is_given_up() { api GET "/api/v1/rules/$1" | jq -e '.rule.is_given_up'; }
rules_are_done() { [[ $(sql "select (select count(*) from rule_item) + (select count(*) from rule where state = 'active' and swept_at is null and limit_hits < 10)") == 0 ]]; }

test_a_pattern_that_is_none_is_refused_with_its_place() {
	refused 400 POST /api/v1/rules -d '{"name":"x","pattern":"BUG (","target":"title","issue":"i"}'
	equal "$(jq -c '[.code, .details.field, .details.offset]' <<<"$BODY")" '["bad_pattern","pattern",5]'
	refused 400 POST /api/v1/rules -d '{"name":"x","pattern":"x","target":"console","issue":"i"}'
	refused 400 POST /api/v1/rules -d '{"name":"x","pattern":"x","target":"title","issue":"i","link":"javascript:1"}'
	refused 422 POST /api/v1/rules -d '{"name":"x","pattern":"x","target":"title","issue":"i","tree":"nowhere"}'
	refused 422 POST /api/v1/rules/preview -d '{"pattern":"x","target":"title","tree":"nowhere"}'
	TOKEN='' refused 401 POST /api/v1/rules/preview -d '{"pattern":"x","target":"title"}'
	equal "$(api GET '/api/v1/rules?state=all')" '{"rules" : []}'
}

test_what_a_rule_would_match_is_shown_and_not_kept() {
	run_wait "$(crashing one)"
	run_wait "$(crashing two)"
	local answer
	answer=$(post /api/v1/rules/preview '{"pattern":"RIP: \\S+?(filemap_read)","target":"line","arch":"x86_64","fs":"xfs"}')
	equal "$(jq -c '.preview | [.matches, .read, .is_complete, .error, (.occurrences | map(.attempt)), .bugs[0].matches]' <<<"$answer")" '[2,2,true,null,[2,1],2]'
	holds "$(jq -r '.preview.occurrences[0].matched' <<<"$answer")" 'filemap_read'
	equal "$(post /api/v1/rules/preview '{"pattern":"filemap_read","target":"title","arch":"arm64"}' | jq -c '.preview | [.matches, .read]')" '[0,2]'
	equal "$(post /api/v1/rules/preview '{"pattern":"([a-z_0-9]+ ?)+!!","target":"report"}' | jq '.preview.error != null')" true 'a hopeless one is told'
	equal "$(sql 'select (select count(*) from rule) + (select count(*) from rule_match)')" 0 'what was kept'
	equal "$(known)" '[]'
}

test_a_rule_marks_what_was_there_and_what_comes() {
	local id attempt
	id=$(rule '{"name":"filemap","pattern":"(?i)bug in filemap_","target":"title","issue":"known since 2019","link":"https://example.org/t/1"}')
	wait_for 20 'the bug to be known' is_known '["filemap"]'
	wait_for 20 'old reports to be tried' is_swept "$id"
	equal "$(api GET "/api/v1/rules/$id" | jq -c '.rule | [.matches, (.bugs | length), [.occurrences[].attempt], .history[0].by]')" '[2,1,[2,1],"e2e-admin"]'
	attempt=$(ends "$(crashing three)" crash)
	wait_for 20 'the new report to be tried' rules_are_done
	equal "$(api GET "/api/v1/attempts/$attempt" | jq -r '.attempt.occurrences[0].known[0].name')" filemap
	shows "/attempts/$attempt" 'known issue' 'known since 2019'
	shows /bugs 'known issue' filemap_read
	shows '/bugs?known=yes' filemap_read
	shows '/bugs?known=no' 'None here'
	equal "$(api GET '/api/v1/bugs?known=no' | jq -c .bugs)" '[]'
	shows "/bugs/$(sql 'select min(bug_id) from occurrence')" 'known since 2019'
	shows /rules 'known since 2019' '3 reports'
	shows "/rules/$id" 'BUG in filemap_read' standin 'version 1'
}

test_a_change_is_followed_and_two_people_do_not_undo_each_other() {
	local id
	id=$(sql "select id from rule where name = 'filemap'")
	refused 409 POST /api/v1/rules -d '{"name":"filemap","pattern":"x","target":"title","issue":"i"}'
	api PATCH "/api/v1/rules/$id" -d '{"arch":"arm64","version":1,"note":"not on x86"}' >/dev/null
	refused 409 PATCH "/api/v1/rules/$id" -d '{"fs":"ext4","version":1}'
	refused 400 PATCH "/api/v1/rules/$id" -d '{"pattern":"["}'
	refused 404 PATCH /api/v1/rules/999 -d '{"fs":"ext4"}'
	wait_for 20 'the mark to go' is_known '[]'
	api PATCH "/api/v1/rules/$id" -d '{"arch":null}' >/dev/null
	wait_for 20 'the mark to come back' is_known '["filemap"]'
	shows "/rules/$id" 'not on x86' 'arch: arm64' 'by e2e-admin'
	api PATCH "/api/v1/rules/$id" -d '{"state":"retired"}' >/dev/null
	equal "$(known)" '[]'
	shows /rules 'None here'
	shows '/rules?state=retired' filemap
	api PATCH "/api/v1/rules/$id" -d '{"state":"active"}' >/dev/null
	wait_for 20 'the mark to come back' is_known '["filemap"]'
}

test_a_hopeless_pattern_is_told_at_its_rule_and_stops_nothing() {
	local id
	id=$(rule '{"name":"hopeless","pattern":"([a-z_0-9]+ ?)+!!","target":"report","issue":"nobody knows"}')
	wait_for 20 'old reports to be tried' is_swept "$id"
	equal "$(api GET "/api/v1/rules/$id" | jq -c '.rule | [.is_given_up, .error, .error_attempt]')" '[false,"it needs more than 500,000 steps",1]'
	shows "/rules/$id" 'given up' '500,000 steps'
	run_wait "$(crashing four)"
	wait_for 20 'the new report to be tried' rules_are_done
	equal "$(api GET /api/v1/rules | jq -c '[.rules[] | [.name, .matches]]')" '[["hopeless",0],["filemap",4]]'
	sql "update rule set limit_hits = 8 where id = $id; insert into rule_item select id from attempt on conflict do nothing; notify work" >/dev/null
	wait_for 20 'it to be given up for good' is_given_up "$id"
	shows /rules 'given up'
	equal "$(known)" '["filemap"]'
}

test_a_bug_may_be_named_by_its_number() {
	local bug id
	bug=$(sql 'select min(id) from bug')
	id=$(rule "{\"name\":\"by-number\",\"pattern\":\"never seen\",\"target\":\"line\",\"issue\":\"it is that one\",\"bug\":$bug}")
	equal "$(known)" '["filemap","by-number"]'
	api PATCH "/api/v1/rules/$id" -d '{"bug":null}' >/dev/null
	equal "$(known)" '["filemap"]'
}

test_the_form_does_what_the_api_does() {
	local id
	local -a fields=(name=by-form 'pattern=kernel BUG at \S+' target=line 'issue=told & shown' link= arch= fs=xfs tree= bug= "token=$TOKEN")
	form /rules 200 action=preview "${fields[@]}"
	holds "$BODY" 'What it would match'
	holds "$BODY" 'value="by-form"' 'what was typed'
	equal "$(sql "select count(*) from rule where name = 'by-form'")" 0 'rules of that name'
	form /rules 303 action=save "${fields[@]}"
	id=$(sql "select id from rule where name = 'by-form'")
	equal "$(header Location)" "/rules/$id"
	form /rules 409 action=save "${fields[@]}"
	holds "$BODY" 'a rule of that name already'
	holds "$BODY" 'kernel BUG at \S+' 'what was typed'
	form /rules 400 action=save name=bad 'pattern=(' target=line issue=i "token=$TOKEN"
	holds "$BODY" 'at byte 1'
	form /rules 401 action=save name=bad pattern=x target=line issue=i token=fl_trigger_no
	holds "$BODY" 'sign in first'
	form /rules 403 action=save name=bad pattern=x target=line issue=i "token=$TOKEN_RUNNER"
	if grep -qF "$TOKEN_RUNNER" <<<"$BODY"; then fail 'the page shows a token'; fi
	form "/rules/$id" 303 action=save version=1 name=by-form 'pattern=kernel BUG at' target=line 'issue=other words' "token=$TOKEN"
	equal "$(api GET "/api/v1/rules/$id" | jq -c '.rule | [.fs, .pattern, .issue]')" '[null,"kernel BUG at","other words"]'
	form "/rules/$id" 409 action=retire version=1 "token=$TOKEN"
	holds "$BODY" 'changed this rule meanwhile'
	form "/rules/$id" 303 action=retire version=2 "token=$TOKEN"
	equal "$(api GET "/api/v1/rules/$id" | jq -r .rule.state)" retired
	TOKEN='' http POST /rules -H 'Content-Type: application/json' -d '{}'
	equal "$STATUS" 415 'JSON sent to a form'
}

site_start
profile standin
runner_start runner
run_tests "$@"
