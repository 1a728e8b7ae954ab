#!/bin/bash
# A newer reader and old consoles: what it says otherwise is shown before it is done, what persons decided stays, and a
# pass that is killed goes on. An older reader is played by putting its words into the rows.
# shellcheck source=ci/e2e/lib.sh
. "$(dirname "$0")/lib.sh"

reread() { "$BIN/faultline-server" reread "$@" 2>"$WORK/reread.log"; }
titles() { sql "select coalesce(string_agg(title, ', ' order by attempt_id), '') from occurrence"; }
bug_of() { sql "select bug_id from occurrence where attempt_id = $1"; }

# aged TITLE [ATTEMPT]: the reports were read by an older reader, which called them so.
aged() {
	local title=$1 attempt=${2:-null}
	sql "update stream set reader_version = 0 where name = 'console' and attempt_id = coalesce($attempt, attempt_id);
		update occurrence set reader_version = 0, title = '$title' where attempt_id = coalesce($attempt, attempt_id)" >/dev/null
	sql "with named as (update bug b set title = '$title' where id in (select bug_id from occurrence where title = '$title') returning id),
		gone as (delete from bug_title where bug_id in (select id from named) and title <> '$title')
		insert into bug_title (title, bug_id) select '$title', min(id) from named on conflict do nothing" >/dev/null
}

two_crashes() {
	order_guest crashes standin '.repeats = 2' <<-'SH'
		hello
		phase workload
		sample 100 10
		crash
	SH
}

# found JQ WANTED [OPTION…]: what a pass answers.
found() {
	local query=$1 wanted=$2
	shift 2
	equal "$(reread --json "$@" | jq -rc "$query")" "$wanted" "$query of reread $*"
}

test_a_reader_that_says_the_same_changes_nothing() {
	run_wait "$(two_crashes)"
	equal "$(titles)" 'kernel BUG in filemap_read, kernel BUG in filemap_read'
	found '[.before.consoles, .before.older, .consoles, (.bugs | length)]' '[2,0,0,0]'
	found '[.consoles, .consoles_changed, .occurrences.rewritten]' '[2,0,0]' --all
}

test_what_would_change_is_shown_and_nothing_is_changed() {
	aged 'kernel BUG in old_place'
	local before old
	old=$(bug_of 1)
	before=$(sql "select md5(string_agg(o::text, '')) from occurrence o; select md5(string_agg(b::text, '')) from bug_title b; select * from bug; select * from stream")
	found '[.applied, .before.older, .consoles, .consoles_changed, .occurrences.retitled]' '[false,2,2,2,2]'
	found '[.bugs[] | [.title, .change, .before, .after, .into_title, .attempts]]' \
		'[["kernel BUG in old_place","merges",2,0,"kernel BUG in filemap_read",[1,2]],["kernel BUG in filemap_read","appears",0,2,null,[1,2]]]'
	found '.changes' "[{\"kind\":\"retitled\",\"count\":2,\"old_title\":\"kernel BUG in old_place\",\"new_title\":\"kernel BUG in filemap_read\",\"old_bug\":$old,\"new_bug\":null,\"makes_bug\":\"kernel BUG in filemap_read\",\"attempts\":[1,2]}]"
	found '[.consoles, [.bugs[].change], .bugs[1].lost]' '[1,["appears","changes"],1]' --attempt 2
	found .consoles 0 --since 2100-01-01
	holds "$(reread)" "bug $old 'kernel BUG in old_place' would merge into 'kernel BUG in filemap_read': 0 occurrences, 2 before"
	equal "$(sql "select md5(string_agg(o::text, '')) from occurrence o; select md5(string_agg(b::text, '')) from bug_title b; select * from bug; select * from stream")" "$before" 'what is stored'
}

# A lock that deciding about a bug needs, held by somebody else.
lock_hold() {
	mkfifo "$WORK/lock"
	exec 7<>"$WORK/lock"
	start lock psql -XqAt -d "$FAULTLINE_DATABASE" -f "$WORK/lock" 7>&-
	printf "select pg_advisory_lock(hashtext('bug'), hashtext('linux'));\n" >&7
	wait_for 10 'the lock' lock_is_held
}
lock_is_held() { [[ $(sql "select count(*) from pg_locks where locktype = 'advisory' and granted and classid = (hashtext('bug')::bigint & 4294967295)::oid") != 0 ]]; }
lock_is_wanted() { [[ $(sql "select count(*) from pg_locks where locktype = 'advisory' and not granted") != 0 ]]; }
lock_release() {
	exec 7>&-
	wait_for 10 'the lock to be free' is_gone lock
	rm -f "$WORK/lock" "$WORK/lock.pid"
}
pass_is_gone() { [[ $(sql "select count(*) from pg_locks where locktype = 'advisory' and objid = (hashtext('reread')::bigint & 4294967295)::oid") == 0 ]]; }

test_a_pass_that_is_killed_leaves_nothing_half_done_and_goes_on() {
	lock_hold
	start pass "$BIN/faultline-server" reread --apply 7>&-
	wait_for 20 'the pass to wait for the lock' lock_is_wanted
	if reread --apply; then fail 'two passes at the same time'; fi
	holds "$(cat "$WORK/reread.log")" 'another reread is under way'
	stop pass KILL
	lock_release
	wait_for 20 'its connection to end' pass_is_gone
	equal "$(titles)" 'kernel BUG in old_place, kernel BUG in old_place' 'titles behind the kill'
	found '[.applied, .before.older, .consoles, .occurrences.retitled, .failed, .busy]' '[true,2,2,2,0,0]' --apply
	equal "$(titles)" 'kernel BUG in filemap_read, kernel BUG in filemap_read'
	equal "$(sql "select count(*) from bug where title = 'kernel BUG in old_place'")" 0 'the bug that nothing is left of'
	equal "$(sql "select string_agg(kind || ' ' || old_title || ' ' || new_title, ', ' order by attempt_id) from reread_change c join reread r on r.id = c.reread_id where is_applied")" \
		'retitled kernel BUG in old_place kernel BUG in filemap_read, retitled kernel BUG in old_place kernel BUG in filemap_read' 'its history'
	wait_for 20 'both to be measured again' work_is_done
	found '[.before.older, .consoles]' '[0,0]'
	shows "/bugs/$(bug_of 1)" filemap_read 6.1.0-crashes
}

test_what_a_person_has_decided_stays_with_its_reports() {
	local bug
	aged 'kernel BUG in old_place'
	bug=$(bug_of 1)
	sql "update bug set state = 'open' where id = $bug" >/dev/null
	found '[.bugs[] | [.id, .change, .retitled, .lost, .gained]]' "[[$bug,\"changes\",2,0,0]]"
	found '[.bugs[] | [.id, .change, .retitled, .lost, .gained]]' "[[$bug,\"changes\",2,0,0]]" --apply
	equal "$(titles)" 'kernel BUG in filemap_read, kernel BUG in filemap_read'
	equal "$(sql "select string_agg(distinct bug_id::text, ' ') from occurrence") $(sql "select state from bug where id = $bug")" "$bug open"
}

test_reports_that_are_none_go_and_new_ones_come() {
	aged 'kernel BUG in filemap_read'
	sql "update occurrence set start_byte = 5, end_byte = 6, title = 'WARNING in nowhere' where attempt_id = 2" >/dev/null
	found '[.occurrences.added, .occurrences.removed]' '[1,1]'
	found '[.occurrences.added, .occurrences.removed]' '[1,1]' --apply
	equal "$(titles)" 'kernel BUG in filemap_read, kernel BUG in filemap_read'
	equal "$(sql 'select count(*) from occurrence where start_byte = 5')" 0
}

test_a_console_that_cannot_be_read_is_told_and_stops_nothing() {
	aged 'kernel BUG in old_place'
	sql "create table kept as select * from chunk where attempt_id = 1 and name = 'console'; delete from chunk where attempt_id = 1 and name = 'console'" >/dev/null
	if reread --apply --json >"$WORK/answer"; then fail 'it went well'; fi
	equal "$(jq -c '[.consoles, .failed]' "$WORK/answer")" '[1,1]'
	holds "$(cat "$WORK/reread.log")" 'attempt=1'
	equal "$(titles)" 'kernel BUG in old_place, kernel BUG in filemap_read'
	sql "insert into chunk select * from kept; drop table kept" >/dev/null
	found '[.consoles, .failed]' '[1,0]' --apply
	equal "$(titles)" 'kernel BUG in filemap_read, kernel BUG in filemap_read'
}

test_what_pages_count_is_right_after_all_that() {
	counts_are_true
}

test_wrong_words_are_refused() {
	if reread --since 'last week or so'; then fail 'a time that is none'; fi
	holds "$(cat "$WORK/reread.log")" 'last week or so'
	if reread --attempt x; then fail 'an attempt that is none'; fi
	holds "$(cat "$WORK/reread.log")" usage
}

site_start
profile standin
runner_start runner
run_tests "$@"
