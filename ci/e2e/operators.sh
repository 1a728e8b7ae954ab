#!/bin/bash
# What operators do at a shell: migrations, tokens, trees, a console read offline, wrong options.
# shellcheck source=ci/e2e/lib.sh
. "$(dirname "$0")/lib.sh"

server() { "$BIN/faultline-server" "$@" 2>&1; }

# refuses TEXT CMD…: CMD fails and says TEXT.
refuses() {
	local text=$1 words result=0
	shift
	words=$("$@" 2>&1) || result=$?
	[[ $result -ne 0 && $result -ne 124 ]] || fail "'$*' was not refused ($result): $words"
	holds "$words" "$text" "words of '$*'"
}

test_an_empty_database_is_told_from_a_migrated_one() {
	refuses 'not applied' server migrate --check
	refuses 'faultline-server migrate' timeout 30 "$BIN/faultline-server" run --listen "127.0.0.1:$(port_free)" --state "$WORK/server"
	server migrate
	server migrate --check
	equal "$(sql "select count(*) > 10 from pg_tables where schemaname = 'public'")" t 'tables'
}

test_migrating_again_changes_nothing() {
	local before
	server migrate >/dev/null
	before=$(sql 'select count(*) from pg_class')
	server migrate >/dev/null
	equal "$(sql 'select count(*) from pg_class')" "$before" 'relations'
}

test_change_points_of_series_in_files() {
	jq -nc '{name: "step", series: [range(40) | if . < 25 then 5 + . % 3 elif . == 30 then null else 50 + . % 3 end]}' >"$WORK/step.json"
	jq -nc '{name: "quiet", n_obs: 30, series: [{label: "V1", raw: [range(30) | . % 5]}]}' >"$WORK/quiet.json"
	equal "$("$BIN/faultline-server" changepoints "$WORK/step.json" "$WORK/quiet.json")" '{"step": [25], "quiet": []}' 'the changes'
	equal "$("$BIN/faultline-server" changepoints - <"$WORK/step.json")" '{"step": [25]}' 'the changes of standard input'
	refuses 'is no series' server changepoints "$WORK/nothing" <(echo '{"name": "x"}')
	refuses 'usage' server changepoints
}

test_bugs_that_rise_and_fall_together_are_proposed() {
	jq -nc '[range(40) | (. >= 9 and . < 21) or . >= 27] as $there | {exposure: [range(40) | 1000], bugs: [
		{name: "one", events: $there | map(if . then 30 else 0 end), frames: ["migrate_pages", "iomap_page_create"]},
		{name: "other", events: $there | map(if . then 9 else 0 end), frames: ["iomap_page_create", "iomap_page_release"]},
		{name: "apart", events: [range(40) | if . > 15 then 20 else 0 end], frames: ["iomap_page_create", "ext4_writepages"]}]}' >"$WORK/bugs.json"
	equal "$("$BIN/faultline-server" causes "$WORK/bugs.json" | jq -sc 'map(select(.is_proposed) | .bugs)')" '[["one","other"]]' 'proposals'
	equal "$("$BIN/faultline-server" causes - <"$WORK/bugs.json" | wc -l)" 3 'pairs that were asked about'
	refuses 'what was seen' server causes <(echo '{"exposure": [1], "bugs": [{"name": "x", "events": [1, 2], "frames": []}]}')
	refuses 'usage' server causes
}

test_the_calculators_answer_at_the_shell() {
	local rate=("$BIN/faultline-server" rate)
	equal "$("${rate[@]}" 3/1.2e6)" '3 in 1.2e+06: 2.5 per million (0.516 to 7.31, 95 %)' 'a rate'
	equal "$("${rate[@]}" --json 0/4e6 | jq -c '[.low, .high, .bound | . * 1000 | round]')" '[0,922,749]' 'nothing seen'
	equal "$("${rate[@]}" 5/1e6 0/2e7 --json | jq -r .answer)" fixed 'enough work without an event'
	equal "$("${rate[@]}" 5/1e6/3600 0/1e4/36000 --json | jq -c '[.answer, .is_masked, (.fell | round), (.more.hours | round)]')" \
		'["masked",true,1000,8759]' 'hours, but no work'
	holds "$("${rate[@]}" 5/1e6/3600 0/1e4/36000)" 'masked so far' 'words'
	equal "$("$BIN/faultline-server" power 3/1.2e6/3600 --json | jq -c '[.rate_known, .rate_uncertain, .fixed | .hours * 100 | round]')" '[154,273,1749]' 'hours to run'
	holds "$("$BIN/faultline-server" power 3/1.2e6 --risk 0.05)" 'missed with a chance of 0.05' 'words'
	refuses 'EVENTS/EXPOSURE' server rate 3-4
	refuses 'usage' server rate 1/2 3/4 5/6
	refuses 'usage' server power 1/2 --risk 2
}

test_two_migrations_at_once_do_not_meet() {
	sql 'drop schema public cascade; create schema public' >/dev/null
	server migrate >"$WORK/one" &
	local first=$!
	server migrate >"$WORK/two"
	wait "$first"
	server migrate --check
}

test_a_migration_that_was_edited_is_refused() {
	local table
	table=$(sql "select table_name from information_schema.columns where table_schema = 'public' and column_name = 'sha256' and table_name like '%migration%'")
	[[ $table ]] || fail 'no table of migrations with their hashes'
	sql "create table kept as select * from $table; update $table set sha256 = repeat('0', 64) where ctid = (select min(ctid) from $table)" >/dev/null
	refuses 0001_first server migrate --check
	sql "delete from $table; insert into $table select * from kept; drop table kept" >/dev/null
	server migrate --check
}

test_tokens_are_made_listed_and_revoked() {
	local made
	server migrate >/dev/null
	made=$("$BIN/faultline-server" token add --kind trigger --name nightly 2>/dev/null)
	[[ $made =~ ^fl_trigger_[A-Za-z0-9]{20,}$ ]] || fail "a token of another shape: ${#made} characters"
	refuses nightly server token add --kind trigger --name nightly
	refuses kind server token add --kind root --name x
	refuses name server token add --kind trigger --name 'a b'
	holds "$(server token list)" nightly
	server token revoke nightly
	refuses nobody server token revoke nobody
}

test_a_console_is_read_offline() {
	holds "$(server console "$REPO/ci/stand-in/crash.txt")" 'kernel BUG in filemap_read'
	refuses 'No such file' server console "$WORK/nothing"
}

test_wrong_words_are_named() {
	refuses --nonsense server run --nonsense
	refuses nonsense server nonsense
	refuses --workers server run --workers many
	refuses listen server run --listen nowhere:99999
	refuses nonsense "$BIN/faultline-runner" --nonsense
	refuses token env -u FAULTLINE_TOKEN "$BIN/faultline-runner" --server http://127.0.0.1:1 --state "$WORK/s" --share "$SHARE"
	refuses token "$BIN/faultline-runner" --server http://127.0.0.1:1 --state "$WORK/s" --share "$SHARE" --token-file "$WORK/nothing"
	server --help >/dev/null
	"$BIN/faultline-runner" --help >/dev/null
}

test_a_port_that_is_taken_is_named() {
	local port
	port=$(port_free)
	start other "$BIN/faultline-server" run --listen "127.0.0.1:$port" --state "$WORK/server"
	wait_for 20 'the first server' curl -fsS -m 2 "http://127.0.0.1:$port/api/v1/health"
	refuses "$port" timeout 20 "$BIN/faultline-server" run --listen "127.0.0.1:$port" --state "$WORK/server"
	stop other
}

test_two_runners_do_not_share_a_state_folder() {
	PORT=$(port_free)
	URL=http://127.0.0.1:$PORT
	server_start
	token runner one >"$WORK/token"
	runner_start one --state "$WORK/shared-state"
	refuses "$WORK/shared-state" timeout 20 "$BIN/faultline-runner" --server "$URL" --token-file "$WORK/token" --state "$WORK/shared-state" \
		--share "$SHARE" --name two --accel tcg
	stop one
	stop server
}

cluster_start
run_tests "$@"
