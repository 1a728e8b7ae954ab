#!/bin/bash
# Consoles as kernels really print them: long, broken, hostile. Every byte is kept, and every page of them can be read.
# shellcheck source=ci/e2e/lib.sh
. "$(dirname "$0")/lib.sh"

test_a_console_of_200_megabytes_is_kept_to_the_last_byte() {
	local run attempt wanted line='[    1.000000] one line of a kernel that cannot stop talking'
	run=$(order_guest chatty standin <<-SH
		hello
		yes '$line' | head -c 209715200 >>"\$CONSOLE"
		console ''
		console '[    9.000000] the last line of two hundred megabytes'
		result done
	SH
	)
	attempt=$(ends "$run" clean 180)
	wanted=$(sql "select size_bytes from stream where attempt_id = $attempt and name = 'console'")
	[[ $wanted -gt 209715200 ]] || fail "only $wanted bytes arrived"
	stream "$attempt" console "$WORK/console"
	equal "$(stat -c %s "$WORK/console")" "$wanted" 'bytes downloaded'
	holds "$(tail -c 200 "$WORK/console")" 'the last line of two hundred megabytes'
	equal "$(grep -cF "$line" "$WORK/console")" "$((209715200 / (${#line} + 1)))" lines
	download "/attempts/$attempt" "$WORK/page"
	equal "$STATUS" 200 'its page'
	[[ $(stat -c %s "$WORK/page") -lt 2000000 ]] || fail "the attempt's page has $(stat -c %s "$WORK/page") bytes"
	download "/attempts/$attempt/console" "$WORK/page"
	equal "$STATUS" 200 'its console page'
	[[ $(stat -c %s "$WORK/page") -lt 8000000 ]] || fail "the console's page has $(stat -c %s "$WORK/page") bytes"
	[[ $(awk '/^VmHWM/ { print $2 }' "/proc/$(pid_of server)/status") -lt 600000 ]] || fail 'the server took more than 600 MB (with sanitizers)'
	rm -f "$WORK/console"
}

test_zero_bytes_and_escape_codes_are_kept_and_shown_harmlessly() {
	local run attempt
	run=$(order_guest strange standin <<-'SH'
		hello
		printf 'before\0after \033[31mred\033[0m \033]0;title\007 \r\n<script>alert(1)</script> & \377\376 {{body}}\n' >>"$CONSOLE"
		console '[    2.0] kernel BUG at mm/migrate.c:1!'
		result done
	SH
	)
	attempt=$(ends "$run" clean)
	stream "$attempt" console "$WORK/console"
	LC_ALL=C grep -qaP 'before\x00after \x1b\[31mred' "$WORK/console" || fail 'the bytes differ from what the guest wrote'
	LC_ALL=C grep -qaP '\xff\xfe' "$WORK/console" || fail 'bytes that are no text are lost'
	local path
	for path in "/attempts/$attempt" "/attempts/$attempt/console"; do
		http GET "$path"
		equal "$STATUS" 200 "$path"
		if grep -qF '<script>alert' "$BODY_FILE"; then fail "$path lets markup through"; fi
		if LC_ALL=C grep -qaP '[\x00-\x08\x0b\x0c\x0e-\x1f]' "$BODY_FILE"; then fail "$path has control characters"; fi
		iconv -f UTF-8 -t UTF-8 "$BODY_FILE" >/dev/null || fail "$path is not UTF-8"
	done
	shows "/attempts/$attempt/console" '<script>alert(1)</script>' red '{{body}}'
	download "/attempts/$attempt?format=json" "$WORK/json"
	jq -e . "$WORK/json" >/dev/null || fail 'the page as JSON cannot be read'
}

test_a_console_is_searched_and_its_start_folded() {
	local run attempt
	run=$(order_guest searched standin <<-'SH'
		for n in {1..30}; do console "[    0.$n] boot line $n"; done
		console '[    1.0] Run /init as init process'
		hello
		console '[    2.0] iomap: the Needle is here'
		result done
	SH
	)
	attempt=$(ends "$run" clean)
	http GET "/attempts/$attempt/console?q=needle&format=json"
	equal "$(jq -r '.found | "\(.count) \(.lines[0].text)"' <<<"$BODY")" '1 [    2.0] iomap: the Needle is here' 'what was found'
	equal "$(jq -r '.found.lines[0] | "\(.before)<\(.match)>\(.behind)"' <<<"$BODY")" '[    2.0] iomap: the <Needle> is here' 'where in the line'
	holds "$(jq -r '.boot.lines[-1].text' <<<"$BODY")" 'Run /init as init process' 'the last line folded'
	equal "$(jq -r '.lines[0].number == ((.boot.count + 1) | tostring)' <<<"$BODY")" true 'lines go on behind it'
	shows "/attempts/$attempt/console" 'The kernel starts: ' 'the Needle is here'
	http GET "/attempts/$attempt/console?q=%3Cnothing%3E"
	holds "$BODY" 'No line holds this'
	if grep -qF '<nothing>' "$BODY_FILE"; then fail 'the words looked for come back as markup'; fi
}

test_samples_that_are_no_samples_cost_only_themselves() {
	local run attempt
	run=$(order_guest garbled standin <<-'SH'
		hello
		phase workload
		sample 0 0
		printf '{"type":"sample","t":12,"v":[1,\n\0\0\377garbage\n{"type":"sample"}\n{"type":"sample","t":-5,"v":[1,1]}\n[]\n7\n{"type":"unheard of","t":1}\n' >>"$SAMPLES"
		head -c 100000 /dev/zero | tr '\0' x >>"$SAMPLES"
		printf '\n{"type":"sample","t":99999999999999999999999999,"v":[1,2]}\n{"type":"sample","t":7,"v":["a",{}]}\n' >>"$SAMPLES"
		sample 50 5
		result done
	SH
	)
	attempt=$(ends "$run" clean)
	equal "$(api GET "/api/v1/attempts/$attempt" | jq '(.attempt // .).exposure')" 55 exposure
}

test_a_counter_that_runs_backwards_gives_no_negative_point() {
	local attempt
	attempt=$(ends "$(order_guest backwards standin <<<'hello; phase workload; sample 100 10; sample 50 5; result done')" clean)
	equal "$(sql "select count(*) from point where attempt_id = $attempt and value < 0")" 0 'negative points'
}

test_a_piece_of_a_console_can_be_asked_for() {
	local attempt
	attempt=$(ends "$(order_guest pieces standin <<<'hello; console 0123456789; result done')" clean)
	stream "$attempt" console "$WORK/console"
	local size
	size=$(stat -c %s "$WORK/console")
	http GET "/api/v1/attempts/$attempt/streams/console" -H 'Range: bytes=2-5'
	equal "$STATUS" 206
	equal "$BODY" "$(tail -c +3 "$WORK/console" | head -c 4)" 'bytes 2 to 5'
	equal "$(header Content-Range)" "bytes 2-5/$size"
	http GET "/api/v1/attempts/$attempt/streams/console" -H "Range: bytes=$((size + 5))-"
	equal "$STATUS" 416 'beyond the end'
	http GET "/api/v1/attempts/$attempt/streams/console?offset=3&limit=4"
	equal "$BODY" "$(tail -c +4 "$WORK/console" | head -c 4)" 'offset 3, limit 4'
}

site_start
profile standin '.silence_limit_s = 60'
runner_start runner
run_tests "$@"
