#!/bin/bash
# The life of a bug: reports that join, what people decide, fixes per tree, and what is seen again. The runner is played by
# hand with consoles that real kernels printed (server/console/samples).
# shellcheck source=ci/e2e/lib.sh
. "$(dirname "$0")/lib.sh"

readonly SAMPLES=$WORK/samples

# bug_of ATTEMPT: the bugs of its reports, in their order.
bug_of() { sql "select coalesce(string_agg(bug_id::text, ' ' order by start_byte), '') from occurrence where attempt_id = $1"; }
bug() { api GET "/api/v1/bugs/$1" | jq -c .bug; }
state() { bug "$1" | jq -r .state; }
is_titled() { [[ $(sql "select title from occurrence where attempt_id = $1") == "$2" ]]; }
# listed BUG FILTER: the same of the list of bugs.
listed() { api GET /api/v1/bugs | jq -c ".bugs[] | select(.id == $1) | $2"; }
# life BUG: actions, who, from, to.
life() { api GET "/api/v1/bugs/$1/history" | jq -rc '[.history[] | "\(.action) \(.who // "-") \(.from) \(.to)"] | join(", ")'; }
# decide BUG ACTION [JSON]: as the trigger's token.
decide() { TOKEN=$TOKEN_TRIGGER post "/api/v1/bugs/$1/$2" "${3:-"{}"}" | jq -c .bug; }
# --- consoles ---------------------------------------------------------------------------------------
# The sample of two callers, each alone: `read` and `write` have nothing in common; `other` is write's crash in read's function, so that
# an alternative title is the same; `cut` is its beginning, which has no trace and so one title only.
consoles_make() {
	local from=$REPO/server/console/samples
	mkdir "$SAMPLES"
	cp "$from/x86_64-two-bugs.log" "$SAMPLES/two"
	cp "$from/thread-power.log" "$SAMPLES/power"
	sed '/T501/d' "$from/two-callers-interleaved.log" >"$SAMPLES/read"
	sed '/T500/d' "$from/two-callers-interleaved.log" >"$SAMPLES/write"
	sed 's/lab_write_item/lab_read_item/' "$SAMPLES/write" >"$SAMPLES/other"
	sed '/Call trace/,$d' "$SAMPLES/other" >"$SAMPLES/cut"
}

# --- joining by themselves --------------------------------------------------------------------------
test_reports_join_when_their_titles_meet_within_a_family() {
	local read other write vendor
	read=$(bug_of "$(crash "$(on tiny plant)" "$SAMPLES/read")")
	other=$(bug_of "$(crash "$(on stable main)" "$SAMPLES/other")")
	write=$(bug_of "$(crash "$(on tiny plant)" "$SAMPLES/write")")
	vendor=$(bug_of "$(crash "$(on vendor main)" "$SAMPLES/other")")
	equal "$other" "$read" 'an alternative title in common, in another tree of the family'
	[[ $write != "$read" ]] || fail 'nothing in common, and one bug'
	[[ $vendor != "$read" ]] || fail 'a tree of another family, and one bug'
	equal "$(bug "$read" | jq -c '[.family, .state, .titles]')" \
		'["linux","new",["BUG: unable to handle kernel NULL pointer dereference in lab_read_item","KASAN: slab-use-after-free Read in lab_read_item","bad-access in lab_read_item"]]'
	equal "$(bug "$vendor" | jq -r .family)" vendor
	counts_are_true
}

test_bugs_that_a_report_shows_to_be_one_become_one() {
	local cut read both
	cut=$(bug_of "$(crash "$(on tiny plant)" "$SAMPLES/cut")")
	read=$(bug_of "$(crash "$(on tiny plant)" "$SAMPLES/read")")
	[[ $cut != "$read" ]] || fail 'they are one before anything shows it'
	both=$(bug_of "$(crash "$(on tiny plant)" "$SAMPLES/other")")
	equal "$both" "$cut" 'the older of the two'
	equal "$(bug "$read" | jq -c '[.state, .duplicate_of, .titles]')" "[\"duplicate\",$cut,[]]"
	equal "$(life "$read")" 'joined - new duplicate'
	equal "$(life "$cut")" 'join - new new'
	counts_are_true
	# The next report of either is its, and a person may take it back for good.
	equal "$(bug_of "$(crash "$(on tiny plant)" "$SAMPLES/read")")" "$cut"
	decide "$read" open '{"note":"not the same"}' >/dev/null
	equal "$(state "$read")" open
	equal "$(bug_of "$(crash "$(on tiny plant)" "$SAMPLES/read")")" "$read"
	equal "$(bug_of "$(crash "$(on tiny plant)" "$SAMPLES/other")")" "$cut" 'what a person has split, no report joins'
	counts_are_true
}

test_a_report_shows_while_the_attempt_runs_and_is_renamed_by_what_comes() {
	local run attempt early half size
	half=$(sed '/ NIP \[/,$d' "$SAMPLES/power" | wc -c) size=$(stat -c %s "$SAMPLES/power")
	run=$(order "$(on tiny plant)")
	attempt=$(crash_begin)
	head -c "$half" "$SAMPLES/power" | crash_deliver "$attempt" 0
	wait_for 20 'the report to be read' is_titled "$attempt" 'kernel BUG in corrupted'
	early=$(bug_of "$attempt")
	equal "$(api GET "/api/v1/attempts/$attempt" | jq -r '(.attempt // .).result')" null 'it still runs'
	shows "/bugs/$early" 'kernel BUG in corrupted' 'Attempts with it'
	tail -c "+$((half + 1))" "$SAMPLES/power" | crash_deliver "$attempt" "$half"
	wait_for 20 'the title to change' is_titled "$attempt" 'kernel BUG in put_and_wait_on_page_locked'
	equal "$(api GET "/api/v1/attempts/$attempt" | jq -r '(.attempt // .).result')" null 'it runs on'
	equal "$(sql "select count(*) from bug where id = $early")" 0 'the name that was none'
	crash_end "$attempt" "$size"
	run_wait "$run"
	equal "$(sql "select title || ' ' || end_byte from occurrence where attempt_id = $attempt")" \
		"kernel BUG in put_and_wait_on_page_locked $size" 'as a reader of the whole has it'
	counts_are_true
}

# --- what people decide -----------------------------------------------------------------------------
test_a_join_gathers_titles_and_reports_and_can_be_taken_back() {
	local a b first second
	first=$(crash "$(on tiny plant)" "$SAMPLES/two")
	second=$(crash "$(on tiny plant)" "$SAMPLES/power")
	a=$(bug_of "$first" | cut -d' ' -f1) b=$(bug_of "$second")
	decide "$a" join "{\"bug\":$b,\"note\":\"the thread's own\"}" >/dev/null
	equal "$(bug_of "$second")" "$a"
	equal "$(bug "$b" | jq -c '[.state, .duplicate_of, .titles]')" "[\"duplicate\",$a,[]]"
	equal "$(bug "$a" | jq -c .titles)" '["kernel BUG in filemap_read","kernel BUG in put_and_wait_on_page_locked"]'
	equal "$(bug_of "$(crash "$(on tiny plant)" "$SAMPLES/power")")" "$a" 'a new report of the other title'
	equal "$(life "$a")" 'join e2e-trigger new new'
	counts_are_true
	decide "$a" join "{\"bug\":$b}" >/dev/null
	equal "$(life "$a")" 'join e2e-trigger new new' 'the same again'
	shows "/bugs/$a" 'took in' "bug $b" e2e-trigger "the thread's own"
	shows "/bugs/$b" 'Joined into' "bug $a"
	decide "$b" open >/dev/null
	equal "$(bug_of "$second") $(bug_of "$first" | cut -d' ' -f1)" "$b $a"
	equal "$(bug "$a" | jq -c .titles) $(bug "$b" | jq -c .titles)" '["kernel BUG in filemap_read"] ["kernel BUG in put_and_wait_on_page_locked"]'
	equal "$(bug_of "$(crash "$(on tiny plant)" "$SAMPLES/power")")" "$b"
	counts_are_true
}

test_a_split_holds_for_new_reports_and_for_old_ones_that_are_read_again() {
	local a b c power two
	two=$(crash "$(on tiny plant)" "$SAMPLES/two")
	power=$(crash "$(on tiny plant)" "$SAMPLES/power")
	a=$(bug_of "$two" | cut -d' ' -f1) b=$(bug_of "$power")
	decide "$a" join "{\"bug\":$b}" >/dev/null
	equal "$(decide "$a" split '{"titles":["kernel BUG in put_and_wait_on_page_locked"]}' | jq .id)" "$b" 'back to where the join took it from'
	decide "$a" join "{\"bug\":$b}" >/dev/null
	# By attempt: one of the reports of the same title goes elsewhere.
	c=$(decide "$a" split "{\"attempts\":[$power],\"note\":\"another machine\"}" | jq .id)
	equal "$(bug_of "$power")" "$c" 'the report of that attempt'
	TOKEN=$TOKEN_TRIGGER http POST "/api/v1/bugs/$a/split" --data-binary "{\"attempts\":[$power]}"
	equal "$STATUS $(jq .bug.id <<<"$BODY")" "200 $c" 'the same again'
	equal "$(bug_of "$(crash "$(on tiny plant)" "$SAMPLES/power")")" "$a" 'another attempt'
	sql "update stream set reader_version = 0 where name = 'console'; update occurrence set reader_version = 0" >/dev/null
	sql "update bug_pin set start_byte = start_byte + 3" >/dev/null # as if the reader of then had begun a little later
	"$BIN/faultline-server" reread --apply --json 2>>"$WORK/server.log" | jq -e '.consoles > 0 and ([.bugs[].lost] | add // 0) == 0' >/dev/null || fail 'reading again moved reports'
	equal "$(bug_of "$power") $(bug_of "$two" | cut -d' ' -f1)" "$c $a" 'as a person has put them'
	counts_are_true
	TOKEN=$TOKEN_TRIGGER refused 409 POST "/api/v1/bugs/$a/split" --data-binary '{"titles":["kernel BUG in filemap_read","kernel BUG in put_and_wait_on_page_locked"]}'
	holds "$BODY" 'nothing would be left'
	TOKEN=$TOKEN_TRIGGER refused 409 POST "/api/v1/bugs/$a/split" --data-binary '{"titles":["no such title"]}'
	TOKEN=$TOKEN_TRIGGER refused 409 POST "/api/v1/bugs/$a/split" --data-binary '{}'
}

test_a_duplicates_new_reports_count_for_the_other_bug() {
	local a b old new
	a=$(bug_of "$(crash "$(on tiny plant)" "$SAMPLES/two")" | cut -d' ' -f1)
	old=$(crash "$(on tiny plant)" "$SAMPLES/power")
	b=$(bug_of "$old")
	decide "$b" duplicate "{\"of\":$a}" >/dev/null
	equal "$(bug "$b" | jq -c '[.state, .duplicate_of]')$(bug "$a" | jq -c .duplicates)" "[\"duplicate\",$a][$b]"
	equal "$(listed "$b" '[.state, .duplicate_of]')" "[\"duplicate\",$a]"
	shows '/bugs?state=duplicate' put_and_wait_on_page_locked 'Duplicate of' "bug $a"
	new=$(crash "$(on tiny plant)" "$SAMPLES/power")
	equal "$(bug_of "$old") $(bug_of "$new")" "$b $a"
	TOKEN=$TOKEN_TRIGGER refused 409 POST "/api/v1/bugs/$a/duplicate" --data-binary "{\"of\":$b}"
	holds "$BODY" 'itself a duplicate'
	TOKEN=$TOKEN_TRIGGER refused 409 POST "/api/v1/bugs/$a/duplicate" --data-binary "{\"of\":$a}"
	TOKEN=$TOKEN_TRIGGER refused 409 POST "/api/v1/bugs/$a/duplicate" --data-binary '{"of":999999}'
	TOKEN=$TOKEN_TRIGGER refused 409 POST "/api/v1/bugs/$b/invalid"
	shows "/bugs/$b" 'A duplicate of' "bug $a"
	shows "/bugs/$a" 'Duplicate:' "bug $b"
	decide "$b" open >/dev/null
	equal "$(bug_of "$old") $(bug_of "$new")" "$b $b" 'reports that came meanwhile come back'
	counts_are_true
}

test_reports_of_an_invalid_bug_only_count() {
	local a
	a=$(bug_of "$(crash "$(on tiny plant)" "$SAMPLES/power")")
	decide "$a" invalid '{"note":"broken memory"}' >/dev/null
	equal "$(bug_of "$(crash "$(on tiny plant)" "$SAMPLES/power")") $(state "$a")" "$a invalid"
	shows '/bugs?state=invalid' put_and_wait_on_page_locked
	decide "$a" open >/dev/null
	equal "$(state "$a")" reopened
}

# --- fixes ------------------------------------------------------------------------------------------
refresh() {
	local before
	before=$(sql "select coalesce(refreshed_at::text, '') from tree where name = '$1'")
	post "/api/v1/trees/$1/refresh" '{}' >/dev/null
	wait_for 20 "tree $1 to be fetched" is_fetched_since "$1" "$before"
}
is_fetched_since() { [[ $(sql "select coalesce(refreshed_at::text, '') || coalesce(refresh_wanted_at::text, '') from tree where name = '$1'") != "$2"* && $(sql "select refresh_wanted_at is null from tree where name = '$1'") == t ]]; }
stable_gets_the_fix() {
	[[ $(git -C "$WORK/stable" log -1 --format=%s) != 'tiny: get and put the page' ]] || return 0
	git -C "$WORK/stable" commit -q --allow-empty -m 'tiny: get and put the page'
	refresh stable
}
state_is() { [[ $(state "$1") == "$2" ]]; }

test_a_bug_is_closed_when_every_tracked_tree_has_the_fix() {
	local a before
	a=$(bug_of "$(crash "$(on tiny plant)" "$SAMPLES/two")" | cut -d' ' -f1)
	decide "$a" fix '{"title":" tiny: get and put the page ","note":"by the book"}' >/dev/null
	equal "$(bug "$a" | jq -c '[.state, .fix.is_everywhere, (.fix.trees[] | [.tree, .is_in])]')" '["open",false,["stable",false],["tiny",true]]'
	shows "/bugs/$a" 'fix pending' 'in 1 of 2 tracked trees' 'not yet' 'has it' 'by the book'
	shows /bugs 'fix pending: in 1 of 2 trees'
	equal "$(listed "$a" '[.state, .fix_pending]')" '["open",{"in":1,"of":2}]'
	decide "$a" fix '{"title":"tiny: get and put the page"}' >/dev/null
	equal "$(life "$a" | grep -o 'fix e2e' | wc -l)" 1 'named once'
	before=$(life "$a")
	stable_gets_the_fix
	wait_for 10 'the bug to be closed' state_is "$a" fixed
	equal "$(life "$a")" "$before, fixed - open fixed"
	shows "/bugs/$a" fixed 'in every tracked tree' closed
	equal "$(listed "$a" '[.state, .fix_pending]')" '["fixed",null]'
}

test_a_tree_that_needs_no_fix_does_not_hold_a_bug_open() {
	local a
	a=$(bug_of "$(crash "$(on tiny plant)" "$SAMPLES/two")" | cut -d' ' -f1)
	TOKEN=$TOKEN_TRIGGER refused 409 POST "/api/v1/bugs/$a/needless" --data-binary '{"tree":"stable"}'
	holds "$BODY" 'name it first'
	decide "$a" fix '{"title":"tiny: count the private reference again"}' >/dev/null # tiny's alone
	equal "$(state "$a")" open
	TOKEN=$TOKEN_TRIGGER refused 400 POST "/api/v1/bugs/$a/needless" --data-binary '{}'
	TOKEN=$TOKEN_TRIGGER refused 409 POST "/api/v1/bugs/$a/needless" --data-binary '{"tree":"vendor"}'
	TOKEN=$TOKEN_RUNNER refused 403 POST "/api/v1/bugs/$a/needless" --data-binary '{"tree":"stable"}'
	form_post "/bugs/$a" action=needless token="$TOKEN_TRIGGER" fix_tree=
	equal "$STATUS" 400 'no tree chosen'
	form_post "/bugs/$a" action=needless token="$TOKEN_TRIGGER" fix_tree=stable note='never had it'
	equal "$STATUS $(state "$a")" '303 fixed'
	equal "$(bug "$a" | jq -c '[.fix.is_everywhere, (.fix.trees[] | [.tree, .is_in, .is_needless])]')" '[true,["stable",false,true],["tiny",true,false]]'
	holds "$(life "$a")" 'needless e2e-trigger open open, fixed - open fixed'
	shows "/bugs/$a" 'needs no fix' 'in every tracked tree that needs it' 'never had it' '1 of 2 tracked trees have it, the others need no fix'
	page_as "$TOKEN_TRIGGER" "/bugs/$a"
	holds "$BODY" 'needs it after all'
	decide "$a" needless '{"tree":"stable"}' >/dev/null
	equal "$(life "$a" | grep -o 'needless e2e' | wc -l)" 1 'the same again'
	decide "$a" needed '{"tree":"stable"}' >/dev/null
	equal "$(state "$a") $(listed "$a" .fix_pending)" 'reopened {"in":1,"of":2}'
	decide "$a" needless '{"tree":"stable"}' >/dev/null
	decide "$a" fix '{"title":"stable: hold the page","tree":"stable"}' >/dev/null
	equal "$(bug "$a" | jq -c '.fix.trees[] | select(.tree == "stable") | [.title, .is_needless]')" '["stable: hold the page",false]' 'a name there says that it needs it'
	decide "$a" unfix >/dev/null
	equal "$(sql "select count(*) from bug_needless where bug_id = $a")" 0
}

test_a_report_from_a_revision_with_the_fix_makes_a_new_bug() {
	local a attempt again
	a=$(bug_of "$(crash "$(on tiny plant)" "$SAMPLES/two")" | cut -d' ' -f1)
	stable_gets_the_fix
	decide "$a" fix '{"title":"tiny: get and put the page"}' >/dev/null
	equal "$(bug_of "$(crash "$(on tiny plant)" "$SAMPLES/two")") $(state "$a")" "$a $a fixed" 'a revision without the fix only counts'
	equal "$(bug_of "$(crash "$(on tiny fix | jq -c --arg sha "$(git -C "$TREE" rev-parse fix)" '.reverts = [$sha]')" "$SAMPLES/two")")" "$a $a" 'nor does one that reverts it'
	attempt=$(crash "$(on tiny good)" "$SAMPLES/two")
	again=$(bug_of "$attempt" | cut -d' ' -f1)
	equal "$(bug "$again" | jq -c '[.title, .state, .previous]')" "[\"kernel BUG in filemap_read (2)\",\"reopened\",$a]"
	equal "$(bug "$a" | jq -c '[.state, .next]')" "[\"fixed\",$again]" 'the old one stays closed'
	equal "$(bug_of "$(crash "$(on tiny good)" "$SAMPLES/two")")" "$again $again" 'the next one'
	equal "$(bug_of "$(crash "$(on stable main)" "$SAMPLES/two")")" "$again $again" 'in another tree that has it'
	shows "/bugs/$again" 'Seen again on a revision that has the fix of' "bug $a" 'kernel BUG in filemap_read (2)'
	shows "/bugs/$a" 'go to' "bug $again" 'seen again as'
	sql "update stream set reader_version = 0 where name = 'console'; update occurrence set reader_version = 0" >/dev/null
	"$BIN/faultline-server" reread --apply >/dev/null 2>>"$WORK/server.log"
	equal "$(bug_of "$attempt")" "$again $again" 'read again'
	counts_are_true
	decide "$a" open >/dev/null
	equal "$(state "$a") $(bug "$a" | jq .fix)" 'reopened null' 'opened again, the fix is none'
	equal "$(bug_of "$(crash "$(on tiny good)" "$SAMPLES/two")")" "$a $a"
}

test_a_fix_behind_a_merge_is_found_and_one_by_hash_too() {
	local a
	a=$(bug_of "$(crash "$(on tiny plant)" "$SAMPLES/power")")
	git -C "$TREE" checkout -q -b topic first
	git -C "$TREE" commit -q --allow-empty -m 'tiny: lock the page'
	git -C "$TREE" tag topic-fix
	git -C "$TREE" checkout -q main
	git -C "$TREE" merge -q --no-ff -m "Merge branch 'topic'" topic
	decide "$a" fix '{"title":"tiny: lock the page"}' >/dev/null
	refresh tiny
	equal "$(bug "$a" | jq -c '.fix.trees[] | select(.tree == "tiny") | [.is_in, .commit, .ordinal]')" "[true,\"$(git -C "$TREE" rev-parse topic-fix)\",5]"
	shows "/bugs/$a" 'tiny: lock the page' "$(git -C "$TREE" rev-parse main | cut -c1-12)"
	decide "$a" unfix >/dev/null
	decide "$a" fix "{\"sha\":\"$(git -C "$TREE" rev-parse topic-fix | cut -c1-10)\"}" >/dev/null
	equal "$(bug "$a" | jq -r '.fix.trees[] | select(.tree == "tiny").title')" 'tiny: lock the page' 'the title of that hash'
	decide "$a" fix '{"title":"stable: lock the page","tree":"stable"}' >/dev/null
	equal "$(bug "$a" | jq -c '[.fix.trees[] | [.tree, .title]]')" '[["stable","stable: lock the page"],["tiny","tiny: lock the page"]]'
	TOKEN=$TOKEN_TRIGGER refused 409 POST "/api/v1/bugs/$a/fix" --data-binary '{"sha":"0123456789abcdef"}'
	TOKEN=$TOKEN_TRIGGER refused 409 POST "/api/v1/bugs/$a/fix" --data-binary '{"title":"x","tree":"vendor"}'
	TOKEN=$TOKEN_TRIGGER refused 409 POST "/api/v1/bugs/$a/fix" --data-binary '{}'
}

# --- who may, when two do, and what strangers send --------------------------------------------------
test_only_tokens_that_may_order_decide() {
	local a
	a=$(bug_of "$(crash "$(on tiny plant)" "$SAMPLES/power")")
	TOKEN='' refused 401 POST "/api/v1/bugs/$a/invalid"
	TOKEN=$TOKEN_RUNNER refused 403 POST "/api/v1/bugs/$a/invalid"
	TOKEN=$TOKEN_TRIGGER refused 404 POST /api/v1/bugs/999999/invalid
	TOKEN=$TOKEN_TRIGGER refused 404 POST /api/v1/bugs/x/invalid
	TOKEN=$TOKEN_TRIGGER refused 404 POST "/api/v1/bugs/$a/explode"
	TOKEN='' api GET "/api/v1/bugs/$a/history" >/dev/null
}

test_a_decision_about_a_bug_that_has_changed_is_refused() {
	local a version
	a=$(bug_of "$(crash "$(on tiny plant)" "$SAMPLES/write")")
	version=$(bug "$a" | jq .version)
	decide "$a" open "{\"version\":$version}" >/dev/null
	decide "$a" open "{\"version\":$version}" >/dev/null # what is so already is no conflict
	equal "$(bug "$a" | jq .version)" $((version + 1))
	TOKEN=$TOKEN_TRIGGER refused 409 POST "/api/v1/bugs/$a/invalid" --data-binary "{\"version\":$version}"
	equal "$(jq -r .code <<<"$BODY")$(state "$a")" changedopen
	TOKEN=$TOKEN_TRIGGER refused 400 POST "/api/v1/bugs/$a/invalid" --data-binary '{"verison":1}'
	TOKEN=$TOKEN_TRIGGER refused 400 POST "/api/v1/bugs/$a/duplicate" --data-binary '{}'
	TOKEN=$TOKEN_TRIGGER refused 400 POST "/api/v1/bugs/$a/fix" --data-binary '{"title":7}'
}

# Two hands at once on two bugs, in both directions, while reports of both arrive: one of them is first, and nothing is lost.
test_people_and_reports_at_the_same_time_lose_nothing() {
	local a b pair
	a=$(bug_of "$(crash "$(on tiny plant)" "$SAMPLES/write")") b=$(bug_of "$(crash "$(on tiny plant)" "$SAMPLES/power")")
	decide "$a" open >/dev/null
	decide "$b" open >/dev/null
	for _ in 1 2 3; do
		for pair in "$a $b" "$b $a"; do
			# shellcheck disable=SC2086
			set -- $pair
			curl -sS -m 30 -o /dev/null -w '%{http_code}\n' -X POST -H "Authorization: Bearer $TOKEN_TRIGGER" -d "{\"bug\":$2}" "$URL/api/v1/bugs/$1/join" >>"$WORK/codes" &
		done
		crash "$(on tiny plant)" "$SAMPLES/write" >/dev/null
		crash "$(on tiny plant)" "$SAMPLES/power" >/dev/null
		wait
		counts_are_true
		equal "$(sql "select count(*) from bug where state = 'duplicate' and id in ($a, $b)")" 1 'bugs that went into the other'
		equal "$(sql "select count(*) from occurrence o join bug b on b.id = o.bug_id where b.id in ($a, $b) and b.state = 'duplicate'")" 0 'reports left behind'
		decide "$a" open >/dev/null
		decide "$b" open >/dev/null
	done
	equal "$(sort -u "$WORK/codes" | tr '\n' ' ')" '200 409 ' 'answers'
	equal "$(sql "select count(*) from bug_title where bug_id in ($a, $b)")" 3 'titles of both'
}

test_the_form_needs_no_script_and_somebody_who_is_signed_in() {
	local a version
	a=$(bug_of "$(crash "$(on tiny plant)" "$SAMPLES/write")")
	decide "$a" open >/dev/null
	version=$(bug "$a" | jq .version)
	page_as "$TOKEN_TRIGGER" "/bugs/$a"
	holds "$BODY" "action=\"/bugs/$a#refused\""
	holds "$BODY" "name=\"version\" value=\"$version\""
	form_post "/bugs/$a" action=invalid version="$version"
	equal "$STATUS" 401 'of nobody'
	holds "$(header Content-Type)" text/html
	/usr/bin/python3 "$REPO/ci/e2e/html_check.py" <<<"$BODY" || fail 'the page with the error is not well formed'
	form_post "/bugs/$a" action=invalid version="$version" token=fl_admin_wrong
	equal "$STATUS" 401 'a wrong token'
	form_post "/bugs/$a" action=invalid version="$version" token="$TOKEN_RUNNER"
	equal "$STATUS" 403 'a token of the wrong kind'
	holds "$BODY" 'a runner token may not do this'
	form_post "/bugs/$a" action=explode token="$TOKEN_TRIGGER"
	equal "$STATUS" 400 'no action'
	equal "$(state "$a")" open 'nothing has been done'
	form_post "/bugs/$a" action=invalid version="$version" token="$TOKEN_TRIGGER" note='<script>alert(1)</script> & "quoted"' fix_title= other_bug= split_attempts=
	equal "$STATUS $(header Location)" "303 /bugs/$a"
	equal "$(state "$a")" invalid
	shows "/bugs/$a" '<script>alert(1)</script> & "quoted"' invalid e2e-trigger
	http GET "/bugs/$a"
	if grep -qF '<script>alert' <<<"$BODY"; then fail 'a note became markup'; fi
	form_post "/bugs/$a" action=open version="$version" token="$TOKEN_TRIGGER"
	equal "$STATUS" 409 'it has changed since'
	holds "$BODY" 'look at it again'
	form_post "/bugs/$a" action=open token="$TOKEN_TRIGGER"
	form_post "/bugs/$a" action=duplicate token="$TOKEN_TRIGGER" other_bug=12x
	equal "$STATUS" 400 'no number'
	form_post "/bugs/$a" action=fix token="$TOKEN_TRIGGER" fix_title='never: made' fix_tree=
	equal "$STATUS" 303 'a fix'
	equal "$(bug "$a" | jq -r '.fix.trees[0].title')" 'never: made'
	TOKEN='' http POST "/bugs/$a" -H 'Content-Type: application/json' --data-binary '{"action":"invalid"}'
	equal "$STATUS" 415 'JSON is no form'
	form_post "/bugs/$a" action=split token="$TOKEN_TRIGGER" split_attempts='1, x'
	equal "$STATUS" 400 'no numbers'
	holds "$BODY" 'value="1, x"' 'what was typed'
	if grep -qF "$TOKEN_TRIGGER" <<<"$BODY"; then fail 'the token is on the page'; fi
	TOKEN='' http POST "/bugs/$a" -H 'Accept: text/html' --data-binary 'action=invalid&proof=%00%ff%3Cb%3E&note=%00%ff%3Cb%3E'
	equal "$STATUS" 401 'bytes that are no text'
	form_post /bugs/999999 action=open token="$TOKEN_TRIGGER"
	equal "$STATUS" 404 'no such bug'
	equal "$(state "$a")" reopened
	if grep -qF "$TOKEN_TRIGGER" "$WORK/server.log"; then fail 'the token is in the log'; fi
}

test_a_tree_that_changes_its_family_takes_its_reports_along() {
	local attempt before after
	attempt=$(crash "$(on vendor main)" "$SAMPLES/power")
	before=$(bug_of "$attempt")
	TOKEN=$TOKEN_TRIGGER refused 403 POST /api/v1/trees/vendor/family --data-binary '{"family":"linux"}'
	refused 400 POST /api/v1/trees/vendor/family --data-binary '{"family":"No Family"}'
	refused 404 POST /api/v1/trees/nowhere/family --data-binary '{"family":"linux"}'
	post /api/v1/trees/vendor/family '{"family":"linux"}' >/dev/null
	after=$(bug_of "$attempt")
	equal "$(bug "$after" | jq -r .family) $(api GET /api/v1/trees/vendor | jq -r .tree.family)" 'linux linux'
	equal "$(bug_of "$(crash "$(on tiny plant)" "$SAMPLES/power")")" "$after" 'the bug that was there'
	counts_are_true
	"$BIN/faultline-server" tree family vendor vendor 2>>"$WORK/server.log"
	equal "$(bug_of "$attempt")" "$before" 'and back'
	counts_are_true
}

# Nobody has ever seen or decided anything.
before_each() { sql 'set client_min_messages = warning; truncate bug, occurrence cascade' >/dev/null; }

consoles_make
site_start
profile standin
register
tree_start
git clone -q -b main "$TREE" "$WORK/stable" 2>/dev/null
git -C "$WORK/stable" reset -q --hard plant
git clone -q -b main "$TREE" "$WORK/vendor" 2>/dev/null
git -C "$WORK/vendor" reset -q --hard plant
post /api/v1/trees "$(jq -nc --arg url "file://$WORK/stable" '{name: "stable", url: $url, branch: "main"}')" >/dev/null
"$BIN/faultline-server" tree add vendor "file://$WORK/vendor" main --family vendor 2>>"$WORK/server.log"
are_fetched() { [[ $(sql 'select count(*) from tree where refreshed_at is not null') == 3 ]]; }
wait_for 20 'all trees to be fetched' are_fetched
run_tests "$@"
