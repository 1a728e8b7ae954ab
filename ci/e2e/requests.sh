#!/bin/bash
# What strangers and broken clients send: each gets a clear refusal, and the server goes on answering the others.
# shellcheck source=ci/e2e/lib.sh
. "$(dirname "$0")/lib.sh"

# raw TEXT (printf's escapes): sends it as it is and prints all that comes back until the server closes or 5 s pass. A
# server that closes before it has read everything resets the connection, and its answer may be lost on the way: then
# it is asked again.
raw() {
	local answer='' try
	for try in 1 2 3; do
		exec 3<>"/dev/tcp/127.0.0.1/$PORT"
		printf '%b' "$1" | cat >&3 || : # the server may have closed already
		answer=$(timeout 5 cat <&3 2>/dev/null | tr -d '\r\0') || :
		exec 3>&-
		[[ -z $answer && $try -lt 3 ]] || break
	done
	printf '%s\n' "$answer"
}

# One answer, 400, and the connection closed behind it: nothing of the request is read as a second one.
refused_whole() {
	local name=$1 answer
	answer=$(raw "$2")
	equal "$(head -n 1 <<<"$answer" | cut -d' ' -f2)" 400 "$name"
	equal "$(grep -c '^HTTP/1' <<<"$answer")" 1 "answers to: $name"
	holds "$answer" '"error"' "$name"
}

test_two_content_lengths_are_refused() {
	refused_whole 'two lengths' 'POST /api/v1/runs HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Length: 60\r\n\r\n{}GET /api/v1/health HTTP/1.1\r\nHost: a\r\n\r\n'
}

test_a_length_beside_chunks_is_refused() {
	refused_whole 'length and chunks' 'POST /api/v1/runs HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /api/v1/health HTTP/1.1\r\nHost: a\r\n\r\n'
}

test_two_hosts_are_refused() {
	refused_whole 'two hosts' 'GET /api/v1/health HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n'
}

test_a_missing_host_is_refused() {
	refused_whole 'no host' 'GET /api/v1/health HTTP/1.1\r\n\r\n'
}

test_a_space_before_the_colon_is_refused() {
	refused_whole 'space before colon' 'POST /api/v1/runs HTTP/1.1\r\nHost: a\r\nContent-Length : 2\r\n\r\n{}'
}

# libmicrohttpd answers this one itself in its strict mode, so the body is its own.
test_bare_line_feeds_are_refused() {
	local answer
	answer=$(raw 'GET /api/v1/health HTTP/1.1\nHost: a\n\n')
	[[ -z $answer || $(head -n 1 <<<"$answer" | cut -d' ' -f2) == 400 ]] || fail "a request with bare line feeds was answered: $answer"
}

test_other_transfer_codings_are_refused() {
	refused_whole 'gzip coding' 'POST /api/v1/runs HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n'
}

test_a_zero_byte_in_a_path_is_refused() {
	http GET '/trees/demo%00/x' -H 'Accept: text/html'
	equal "$STATUS" 400 'a page'
	holds "$BODY" 'zero byte'
	refused 400 GET '/api/v1/attempts/1%00'
}

# A runner would call its jobs malformed, which counts against the machine.
test_a_profile_that_no_runner_takes_is_refused() {
	local change field json='{"name":"odd","arch":"x86_64","workload":"migrate-hot","duration_s":5}'
	for change in '.cmdline = "quiet -- init=/bin/sh"' '.cmdline = "quiet\nroot=x"' '.mkfs_options = "-d file,name=/etc/passwd"' \
		'.mount_options = "rw noatime"' '.workload_args = ["readers=2;id"]' '.boot_limit_s = 864001' '.attempt_limit_s = 2147483647'; do
		refused 400 POST /api/v1/profiles --data-binary "$(jq -c "$change" <<<"$json")"
		field=${change#.}
		holds "$BODY" "field '${field%% *}'"
	done
}

test_malformed_json_says_where_it_is_wrong() {
	refused 400 POST /api/v1/runs -H 'Content-Type: application/json' --data-binary '{"tree": "demo", '
	grep -qE 'line|column|position' <<<"$BODY" || fail "not where: $BODY"
	refused 400 POST /api/v1/runs -H 'Content-Type: application/json' --data-binary ''
	refused 400 POST /api/v1/runs -H 'Content-Type: application/json' --data-binary $'{"tree":"a\xff"}'
	refused 400 POST /api/v1/runs -H 'Content-Type: application/json' --data-binary '{"tree":"a","tree":"b"}'
	refused 400 POST /api/v1/runs -H 'Content-Type: application/json' --data-binary '[1]'
}

test_deeply_nested_json_is_refused() {
	refused 400 POST /api/v1/runs -H 'Content-Type: application/json' \
		--data-binary "$(printf '[%.0s' {1..100000})"
}

# A field of the wrong type, a name that is not known, a missing one: each is named.
test_a_wrong_field_is_named() {
	local body
	for body in '{"tree":7,"commit":"HEAD","profiles":["standin"]}' '{"tree":"demo","commit":"HEAD","profiles":"standin"}' \
		'{"tree":"demo","commit":"HEAD","profiles":[]}' '{"tree":"demo","profiles":["standin"]}' \
		'{"commit":"HEAD","profiles":["standin"]}' '{"tree":"demo","commit":"HEAD","profiles":["standin"],"repeats":0}' \
		'{"tree":"demo","commit":"HEAD","profiles":["standin"],"priority":101}' \
		'{"tree":"demo","commit":"HEAD","profiles":["standin"],"nonsense":1}' \
		'{"tree":"demo","commit":"; rm -rf /","profiles":["standin"]}' \
		'{"tree":"demo","commit":"--upload-pack=x","profiles":["standin"]}'; do
		http POST /api/v1/runs -H 'Content-Type: application/json' --data-binary "$body"
		[[ $STATUS == 400 || $STATUS == 404 || $STATUS == 422 ]] || fail "$body: $STATUS $BODY"
		jq -e '.error | length > 8' <<<"$BODY" >/dev/null || fail "$body: no reason in $BODY"
	done
	equal "$(sql 'select count(*) from run')" 0 runs
}

test_an_unknown_profile_and_tree_are_named() {
	http POST /api/v1/runs -H 'Content-Type: application/json' --data-binary '{"tree":"nowhere","commit":"HEAD","profiles":["standin"]}'
	[[ $STATUS == 4?? ]] || fail "unknown tree: $STATUS"
	holds "$BODY" nowhere
}

test_an_oversized_body_is_refused_before_it_is_read() {
	local file=$WORK/large
	truncate -s 100M "$file"
	refused 413 POST /api/v1/runs -H 'Content-Type: application/json' -H 'Expect:' --data-binary @"$file"
	# A chunked body has no length to look at: it is cut off, one way or another, and the server lives.
	curl -sS -m 30 -o /dev/null -X POST -H "Authorization: Bearer $TOKEN" -H 'Transfer-Encoding: chunked' -H 'Expect:' \
		-T "$file" "$URL/api/v1/runs" || :
	api GET /api/v1/health >/dev/null
	[[ $(rss_kb) -lt 400000 ]] || fail "the server grew to $(rss_kb) KiB"
}

rss_kb() { awk '/^VmRSS/ { print $2 }' "/proc/$(pid_of server)/status"; }

test_oversized_chunks_of_streams_and_blobs_are_refused() {
	truncate -s 1048577 "$WORK/chunk"
	refused 413 PUT "/api/v1/blobs/$(sha "$WORK/chunk")?offset=0&size=1048577" --data-binary @"$WORK/chunk"
	refused 413 PUT '/api/v1/runner/attempts/1/streams/console?offset=0' --data-binary @"$WORK/chunk"
}

test_long_headers_and_paths_are_refused() {
	local long
	long=$(head -c 40000 /dev/zero | tr '\0' a)
	http GET "/$long"
	[[ $STATUS == 4?? ]] || fail "long path: $STATUS"
	http GET /api/v1/health -H "X-Long: $long"
	[[ $STATUS == 4?? ]] || fail "long header: $STATUS"
}

test_unknown_paths_and_methods_are_told_apart() {
	refused 404 GET /api/v1/nothing
	refused 405 DELETE /api/v1/runs
	[[ $(header Allow) == *GET* && $(header Allow) == *POST* ]] || fail "Allow: $(header Allow)"
	http GET /no-such-page -H 'Accept: text/html'
	equal "$STATUS" 404
	holds "$(header Content-Type)" text/html
}

test_a_missing_or_wrong_token_is_refused() {
	TOKEN='' refused 401 POST /api/v1/runs --data-binary '{}'
	[[ $(header WWW-Authenticate) ]] || fail 'no WWW-Authenticate'
	TOKEN=fl_admin_wrong refused 401 POST /api/v1/runs --data-binary '{}'
	TOKEN="$TOKEN_ADMIN'--" refused 401 POST /api/v1/runs --data-binary '{}'
	TOKEN='' refused 401 POST /api/v1/runner/claim --data-binary '{}'
}

test_a_token_of_the_wrong_kind_is_refused() {
	TOKEN=$TOKEN_RUNNER refused 403 POST /api/v1/runs --data-binary '{}'
	TOKEN=$TOKEN_TRIGGER refused 403 POST /api/v1/runner/claim --data-binary '{}'
	TOKEN=$TOKEN_RUNNER refused 403 POST /api/v1/trees --data-binary '{}'
}

test_a_revoked_token_is_refused() {
	local revoked
	revoked=$(token trigger short-lived)
	TOKEN=$revoked api GET /api/v1/runs >/dev/null
	TOKEN=$revoked http POST /api/v1/runs --data-binary '{}'
	equal "$STATUS" 400 'a good token with an empty request'
	"$BIN/faultline-server" token revoke short-lived
	TOKEN=$revoked refused 401 POST /api/v1/runs --data-binary '{}'
}

test_only_hashes_of_tokens_are_kept() {
	pg_dump -a -d "$FAULTLINE_DATABASE" >"$WORK/dump"
	equal "$(grep -cF -e "$TOKEN_ADMIN" -e "$TOKEN_RUNNER" "$WORK/dump")" 0 'tokens in the database'
	equal "$(cat "$WORK"/*.log | grep -cF -e "$TOKEN_ADMIN" -e "$TOKEN_RUNNER")" 0 'tokens in logs'
}

test_reading_is_open_unless_it_is_closed() {
	TOKEN='' api GET /api/v1/runs >/dev/null
	TOKEN='' page_text / >/dev/null
	stop server
	server_start --closed
	local path
	for path in /api/v1/runs / /bugs /queue '/queue?format=json' /api/v1/events /api/v1/attempts/1/streams/console; do
		TOKEN='' http GET "$path"
		equal "$STATUS" 401 "closed: $path"
	done
	TOKEN='' api GET /api/v1/health >/dev/null
	TOKEN=$TOKEN_TRIGGER api GET /api/v1/runs >/dev/null
	TOKEN='' http GET /queue -u "anyone:$TOKEN_TRIGGER"
	equal "$STATUS" 200 'a browser with the token as password'
	stop server
	server_start
}

test_pages_carry_the_policy_that_blocks_foreign_content() {
	http GET / -H 'Accept: text/html'
	holds "$(header Content-Security-Policy)" "default-src 'none'"
	holds "$(header X-Content-Type-Options)" nosniff
	holds "$(header Content-Security-Policy)" "frame-ancestors 'none'"
}

test_idle_connections_do_not_shut_others_out() {
	local i
	local -a open=()
	for i in {1..50}; do
		exec {fd}<>"/dev/tcp/127.0.0.1/$PORT"
		printf 'GET / HTTP/1.1\r\n' >&"$fd"
		open+=("$fd")
	done
	api GET /api/v1/health >/dev/null
	for fd in "${open[@]}"; do
		exec {fd}>&-
	done
	equal "${#open[@]}" "$i"
}

site_start
profile standin
run_tests "$@"
