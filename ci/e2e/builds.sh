#!/bin/bash
# Builds that break and compilers that warn, tracked as bugs are: a title, the last good and the first bad commit, a life, and people told
# once. A runner with the stand-in QEMU builds a real little tree with the installed compiler.
# shellcheck source=ci/e2e/lib.sh
. "$(dirname "$0")/lib.sh"

readonly ERROR="build error: init/main.c: 'no_such_name' undeclared (first use in this function)"

# change TAG SUBJECT: what was changed in the tree's sources becomes a commit of main.
change() {
	git -C "$TREE" -c user.name=T -c user.email=t@example.org commit -qam "$2"
	git -C "$TREE" tag "$1"
}

# Behind good: a file that warns; a commit that does not touch it; one that breaks it; one that mends all.
tree_grow() {
	printf '\nint *made_of_a_number(void);\nint *made_of_a_number(void)\n{\n\treturn 7;\n}\n' >>"$TREE/init/main.c"
	change warns 'tiny: a pointer out of a number'
	printf '# nothing\n' >>"$TREE/guest.sh"
	change quiet 'tiny: a comment'
	sed -i 's/return 0/return no_such_name/' "$TREE/init/main.c"
	change breaks 'tiny: a name that nobody has'
	git -C "$TREE" checkout -q good -- init/main.c
	change mended 'tiny: as it was'
	post /api/v1/trees/tiny/refresh '{}' >/dev/null
	wait_for 20 'the server to see the commits' tree_has mended
}

short() { git -C "$TREE" rev-parse --short=12 "$1"; }
bug_of() { sql "select id from bug where title like '$1'"; }
# edges BUG: last good, first bad, last bad, first good.
edges() {
	api GET "/bugs/$1?format=json" | jq -r '.ranges[0] | [.edges.good.short, .first_short, .last_short, .edges.gone.short] | join(" ")'
}
alerts() { api GET '/api/v1/alerts?state=all' | jq -r '.alerts[] | [.kind, .severity, .bug.id] | join(" ")' | sort | paste -sd,; }
alerts_are() { [[ $(alerts) == "$1" ]]; }

test_breaks_and_warnings_have_edges_and_are_told_once() {
	local commit error warning
	tree_grow
	for commit in good warns quiet; do
		ends "$(order "$(on tiny "$commit")")" clean 60 >/dev/null
	done
	ends "$(order "$(on tiny breaks)")" no_build 60 >/dev/null
	ends "$(order "$(on tiny mended)")" clean 60 >/dev/null
	error=$(sql "select id from bug where title = \$\$$ERROR\$\$ and type = 'BUILD'")
	[[ $error ]] || fail "no bug '$ERROR': $(sql 'select title from bug')"
	warning=$(bug_of 'build warning: init/main.c: return%[-Wint-conversion]')
	[[ $warning ]] || fail "no warning: $(sql 'select title from bug')"
	equal "$(sql 'select count(*) from bug')" 2 'bugs'
	equal "$(edges "$error")" "$(short quiet) $(short breaks) $(short breaks) $(short mended)" 'edges of the break'
	equal "$(edges "$warning")" "$(short good) $(short warns) $(short breaks) $(short mended)" 'edges of the warning'
	wait_for 60 'the alerts' alerts_are "$(printf '%s\n' "bug_fixed low $error" "bug_fixed low $warning" "bug_new high $error" "bug_new low $warning" | sort | paste -sd,)"
}

test_a_build_that_compiled_nothing_says_nothing_of_warnings() {
	local attempt
	attempt=$(sql "select l.attempt_id from attempt_place l join commit c on c.id = l.commit_id where c.subject = 'tiny: a comment'")
	equal "$(sql "select objects::text from build where attempt_id = $attempt")" '{.config}' 'what it made'
	equal "$(sql "select count(*) from occurrence where attempt_id = $attempt")" 0 'its findings'
}

test_pages_show_them_where_people_look() {
	local error warning attempt
	error=$(bug_of 'build error:%')
	warning=$(bug_of 'build warning:%')
	attempt=$(sql "select attempt_id from occurrence where bug_id = $error")
	shows "/bugs/$error" 'last good before' "$(short quiet)" 'return no_such_name' 'init/main.o' BUILD
	shows "/bugs/$warning" 'make says nothing of files that had not changed' 'init/main.c'
	shows "/attempts/$attempt" "$ERROR" 'build log' warning
	shows /bugs "$ERROR"
	if grep -q 'build warning' <<<"$(page_text /bugs)"; then fail 'a warning among failures'; fi
	shows '/bugs?what=warning' 'build warning: init/main.c'
	equal "$(api GET "/api/v1/attempts/$attempt" | jq -c '[[.attempt.occurrences[].title], [.attempt.warnings[].bug]]')" "$(jq -nc --arg t "$ERROR" --argjson w "$warning" '[[$t], [$w]]')" 'the API'
	equal "$(api GET '/trees/tiny?format=json' | jq -c '[.rows[] | select(.subject == "tiny: a pointer out of a number") | .cells[] | .mark]')" '["✓"]' 'the cell of a kernel that was built'
	shows "/trees/tiny/commits/$(git -C "$TREE" rev-parse warns)" 'warning' 'build warning: init/main.c'
	if grep -q BUG <<<"$(page_text "/trees/tiny/commits/$(git -C "$TREE" rev-parse warns)")"; then fail 'a warning is shown as a BUG'; fi
	refused 422 POST /api/v1/bisections -d "{\"bug\": $warning, \"kind\": \"broken\"}"
	shows /feeds/bugs 'build error'
}

test_a_patch_that_does_not_build_is_told_to_nobody() {
	local before
	before=$(alerts)
	sed -i 's/^int kernel_main(int n);/int kernel_main(int n) nonsense;/' "$TREE/init/main.c"
	{
		printf 'Subject: wrong\n\n'
		git -C "$TREE" diff
	} >"$WORK/wrong"
	git -C "$TREE" checkout -q init/main.c
	ends "$(order "$(jq -nc --rawfile patch "$WORK/wrong" '{tree: "tiny", commit: "good", profiles: ["standin"], patches: [$patch]}')")" no_build 60 >/dev/null
	wait_for 20 'its bug' has_bug 'build error: init/main.c: expected %'
	wait_for 60 'the counts to be looked at' sql_is 0 'select count(*) from gone_item'
	equal "$(sql 'select count(*) from alert_item')" 0 'what is to be told'
	equal "$(alerts)" "$before" 'alerts'
}
test_a_boot_that_fails_without_a_report_is_named_by_its_last_word() {
	local attempt bug
	profile short-boot '.boot_limit_s = 2'
	attempt=$(ends "$(order_guest silent short-boot <<<'console "[    0.100000] Run /init as init process 17"; exec sleep infinity')" no_boot)
	bug=$(sql "select bug_id from occurrence where attempt_id = $attempt")
	equal "$(sql "select type || ' ' || title from bug where id = $bug")" 'BOOT boot: hangs after "Run /init as init process NUM"'
	shows "/bugs/$bug" BOOT 'Run /init as init process 17' 'none known'
	console_shows "$attempt" 'boot: hangs after'
	shows '/bugs?what=boot' 'boot: hangs after'
	wait_for 60 'the alert' sql_is 1 "select count(*) from alert where kind = 'bug_new' and bug_id = $bug"
}

test_a_report_is_the_better_name_of_a_failed_boot() {
	local attempt
	attempt=$(ends "$(order_guest panics standin <<<'console "Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)"; exit 10')" no_boot)
	equal "$(sql "select string_agg(o.title, ', ') from occurrence o where attempt_id = $attempt and occurrence_stream(start_byte) <> 'console'")" '' 'what its end is called'
	equal "$(sql "select count(*) from occurrence where attempt_id = $attempt")" 1 'its reports'
	shows "/bugs/$(sql "select bug_id from occurrence where attempt_id = $attempt")" 'came during' boot
}
# An older reader is played by putting its words into the rows: one title, one finding that is none, one that it did not see.
test_a_newer_reader_shows_what_it_says_otherwise_and_then_does_it() {
	local attempt warning before
	warning=$(bug_of 'build warning: init/main.c: return%[-Wint-conversion]')
	attempt=$(sql "select min(attempt_id) from occurrence where bug_id = $warning")
	sql "with named as (update bug set title = 'build warning: old words' where id = $warning returning id), gone as (delete from bug_title where bug_id in (select id from named))
		insert into bug_title (title, bug_id) select 'build warning: old words', id from named;
		update occurrence set title = 'build warning: old words', reader_version = 0 where bug_id = $warning;
		insert into occurrence select (jsonb_populate_record(o, jsonb_build_object('start_byte', 2199023255552 + 1000000, 'title', 'build warning: none'))).* from occurrence o where o.bug_id = $warning and o.attempt_id = $attempt;
		update build set objects = null where attempt_id = $attempt;
		update stream set reader_version = 0 where name = 'build' and attempt_id in (select attempt_id from occurrence where bug_id = $warning)" >/dev/null
	before=$(sql "select md5(string_agg(o::text, '' order by o.attempt_id, o.start_byte)) from occurrence o; select md5(string_agg(b::text, '' order by b::text)) from bug_title b; table build; table stream")
	equal "$("$BIN/faultline-server" reread --json | jq -c '[.applied, .before.logs.older, .consoles, .logs, .logs_changed, .occurrences.retitled, .occurrences.removed]')" '[false,2,0,2,2,2,1]' 'what would change'
	holds "$("$BIN/faultline-server" reread)" '2 build logs read again'
	equal "$(sql "select md5(string_agg(o::text, '' order by o.attempt_id, o.start_byte)) from occurrence o; select md5(string_agg(b::text, '' order by b::text)) from bug_title b; table build; table stream")" "$before" 'what is stored'
	"$BIN/faultline-server" reread --apply >"$WORK/reread.log"
	holds "$(cat "$WORK/reread.log")" 'this is done'
	equal "$(sql "select string_agg(distinct o.title, ', ') from occurrence o where o.attempt_id = $attempt")" "$(sql "select title from occurrence where attempt_id = $attempt limit 1")" 'one title'
	[[ $(bug_of 'build warning: init/main.c: return%[-Wint-conversion]') ]] || fail "$(sql 'select title from bug')"
	equal "$(sql "select count(*) from occurrence where title in ('build warning: old words', 'build warning: none')")" 0 'what the older one said'
	equal "$(sql "select objects @> '{init/main.o}' from build where attempt_id = $attempt")" t 'what was made'
	wait_for 60 'it to be measured again' sql_is 0 'select count(*) from work_item'
	counts_are_true
	equal "$("$BIN/faultline-server" reread --json --apply | jq -c '[.before.logs.older, .logs]')" '[0,0]' 'again'
}

has_bug() { [[ $(bug_of "$1") ]]; }

site_start
profile standin
tree_start
runner_start
run_tests "$@"
