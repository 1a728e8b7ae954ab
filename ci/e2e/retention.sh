#!/bin/bash
# What is old or too much is removed, and pages say so; reports keep their evidence, results stay, and a file that is sent at the very
# instant at which it is removed is here afterwards.
# shellcheck source=ci/e2e/lib.sh
. "$(dirname "$0")/lib.sh"

retention() { "$BIN/faultline-server" retention "$@" 2>>"$WORK/retention.log"; }
gone_410() { refused 410 GET "$1" && holds "$BODY" 'by retention'; }

# aged: two attempts, a clean one and a crash, that ended 400 days ago.
aged() {
	CLEAN=$(ends "$(order_guest clean standin <<<"hello; console 'nothing happened'; phase workload; sample 0 0; sample 700 1; result done")" clean)
	CRASH=$(ends "$(order_guest crash standin <<<"hello; phase workload; sample 0 0; sample 100 10; crash")" crash)
	sql "update attempt set ended_at = now() - interval '400 days'" >/dev/null
	printf 'CLEAN=%s CRASH=%s\n' "$CLEAN" "$CRASH" >"$WORK/aged"
}

test_what_would_go_is_said_and_then_goes() {
	aged
	local before
	before=$(api GET "/api/v1/attempts/$CLEAN" | jq -c '.attempt | [.result, .exposure, .workload_seconds]')
	retention >"$WORK/words"
	holds "$(cat "$WORK/words")" 'samples would go of 1 attempts' 'the preview'
	holds "$(cat "$WORK/words")" '; 1 others as old stay for their reports' 'the preview'
	stream "$CLEAN" samples "$WORK/samples"
	retention --keep-consoles-days 0 --apply >"$WORK/words"
	holds "$(cat "$WORK/words")" "samples gone of 1 attempts, $(stat -c %s "$WORK/samples") bytes"
	holds "$(retention --keep-consoles-days 0)" 'samples would go of 0 attempts'
	equal "$(sql 'select count(*) from sample')" "$(sql "select count(*) from sample where attempt_id = $CRASH")" 'rows of samples'
	gone_410 "/api/v1/attempts/$CLEAN/streams/samples"
	stream "$CRASH" samples "$WORK/samples"
	shows "/attempts/$CLEAN" 'The samples of this attempt were removed after 400 days by retention' 'migrations tried'
	equal "$(api GET "/api/v1/attempts/$CLEAN/samples" | jq -c '[(.removed_at | length > 0), .sets]')" '[true,[]]'
	equal "$(api GET "/api/v1/attempts/$CLEAN" | jq -c '.attempt | [.result, .exposure, .workload_seconds]')" "$before" 'what came of it'
	curl -fsS "$URL/metrics" | grep -qx 'faultline_retention_removed_total{kind="samples"} 1' || fail 'it is not counted'
}

# The samples are gone, the console is here: a newer reader finds a report in it, and the numbers stay what they were.
test_a_console_read_again_changes_no_number_whose_samples_are_gone() {
	# shellcheck source=/dev/null
	. "$WORK/aged"
	local before
	before=$(sql "select exposure, exposure_low, workload_seconds from attempt where id = $CLEAN")
	sql "insert into work_item (stage, attempt_id) values ('measure', $CLEAN)" >/dev/null
	wait_for 30 'it to be measured' work_is_done
	equal "$(sql "select exposure, exposure_low, workload_seconds from attempt where id = $CLEAN")" "$before"
	equal "$(sql "select count(*) > 0 from point where attempt_id = $CLEAN")" t 'it has points'
}

console_is_gone() { [[ $(sql "select removed_at is not null from stream where attempt_id = $1 and name = 'console'") == t ]]; }

test_the_background_stage_does_it_too() {
	# shellcheck source=/dev/null
	. "$WORK/aged"
	FAULTLINE_KEEP_CONSOLES_DAYS=30 start other "$BIN/faultline-server" work --state "$WORK/other"
	wait_for 60 'the console to go' console_is_gone "$CLEAN"
	stop other
	grep -q 'retention: removed 1 attempts. consoles' "$WORK/other.log" || fail "not in its log: $(cat "$WORK/other.log")"
	gone_410 "/api/v1/attempts/$CLEAN/streams/console"
	console_shows "$CLEAN" 'This console was removed after 400 days by retention'
	shows "/attempts/$CLEAN" 'console ' 'removed after 400 days by retention'
	console_shows "$CRASH" 'kernel BUG'
	equal "$("$BIN/faultline-server" reread --all --json 2>>"$WORK/retention.log" | jq .consoles)" 1 'consoles that can be read again'
}

# Statements of another process, which ends its transaction when it is told.
other_begin() {
	mkfifo "$WORK/words.in"
	exec 7<>"$WORK/words.in"
	start words psql -XqAt -d "$FAULTLINE_DATABASE" -f "$WORK/words.in" 7>&-
	printf 'begin;\n%s\n\\echo ready\n' "$1" >&7
	wait_for 20 'the other process' grep -q ready "$WORK/words.log"
}
other_commit() {
	printf 'commit;\n' >&7
	exec 7>&-
	wait_for 20 'the other process to end' is_gone words
	rm -f "$WORK/words.in" "$WORK/words.pid" "$WORK/words.log"
}
upload_waits() { [[ $(sql "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query like '-- A blob before bytes%'") != 0 ]]; }
query_text() { printf "prepare q as %s;\nexecute q(%s);" "$(cat "$REPO/db/queries/$1.sql")" "$2"; }

test_a_file_sent_while_it_is_removed_is_here_afterwards() {
	local hash
	head -c 3000000 /dev/urandom >"$WORK/file"
	hash=$(blob "$WORK/file")
	sql "update blob set used_at = now() - interval '30 days' where sha256 = '$hash'" >/dev/null
	other_begin "$(query_text retention_files '100000000, null, null')"
	(blob "$WORK/file" >"$WORK/sent") &
	local sender=$!
	wait_for 20 'the sender to wait' upload_waits
	other_commit
	wait "$sender" || fail 'it was refused'
	download "/api/v1/blobs/$hash" "$WORK/back"
	cmp "$WORK/file" "$WORK/back" || fail 'it is another'
}

test_a_file_is_not_removed_while_it_is_sent_or_named() {
	local hash
	head -c 3000000 /dev/urandom >"$WORK/file"
	hash=$(blob "$WORK/file")
	sql "update blob set used_at = now() - interval '30 days' where sha256 = '$hash'" >/dev/null
	holds "$(retention --keep-files-mb 1)" 'files would go: 1 files, 3000000 bytes'
	other_begin "$(query_text blob_open "'$hash', 3000000")"
	holds "$(retention --keep-files-mb 1 --apply)" 'files gone: 0 files'
	other_commit
	holds "$(retention --keep-files-mb 1 --apply)" 'files gone: 0 files'
	sql "update blob set used_at = now() - interval '30 days' where sha256 = '$hash'" >/dev/null
	holds "$(retention --keep-files-mb 1 --apply)" 'files gone: 1 files, 3000000 bytes'
	gone_410 "/api/v1/blobs/$hash"
	equal "$(blob "$WORK/file")" "$hash" 'sent again'
	download "/api/v1/blobs/$hash" "$WORK/back"
	cmp "$WORK/file" "$WORK/back" || fail 'it is another'
}

site_start
profile standin
runner_start runner
run_tests "$@"
