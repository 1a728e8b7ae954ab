#!/bin/bash
# People sign in: cookie, forms that other sites cannot send, tokens on their page, a run ordered from a form, and a reverse proxy that
# says who somebody is.
# shellcheck source=ci/e2e/lib.sh
. "$(dirname "$0")/lib.sh"

# visit COOKIES PATH: a page as this browser gets it.
visit() { TOKEN='' http GET "$2" -H 'Accept: text/html' -b "$1"; }
# sign_in FIELD…: the form of /signin.
sign_in() {
	local field
	local -a data=()
	for field in "$@"; do
		data+=(--data-urlencode "$field")
	done
	TOKEN='' http POST /signin -H 'Accept: text/html' "${data[@]}"
}
# make_token TOKEN NAME KIND: made on the page by who has TOKEN; its text.
make_token() {
	form /tokens 200 action=make "name=$2" "kind=$3" "token=$1"
	equal "$(header Cache-Control)" no-store 'a page with a secret'
	grep -oE "fl_$3_[0-9A-Za-z]{43}" <<<"$BODY" | head -n 1
}

test_a_token_signs_a_browser_in_and_comes_back_to_where_it_was() {
	sign_in token=fl_trigger_wrong to=/queue
	equal "$STATUS" 401 'an unknown token'
	holds "$BODY" 'value="/queue"' 'where to go then'
	equal "$(header Set-Cookie)" '' 'a cookie for nobody'
	sign_in "token=$TOKEN_TRIGGER" to=/queue
	equal "$STATUS $(header Location)" '303 /queue'
	[[ $(header Set-Cookie) =~ ^'fl_session='[0-9a-f]{64}'; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax'$ ]] || fail "cookie: $(header Set-Cookie)"
	local to
	for to in //evil.example /\\evil.example https://evil.example 'queue' $'/a\r\nX: y'; do
		sign_in "token=$TOKEN_TRIGGER" "to=$to"
		equal "$(header Location)" / "back to $to"
	done
	visit "$(signed_in "$TOKEN_TRIGGER")" '/bugs?state=all'
	equal "$(header Cache-Control)" 'private, no-cache'
	holds "$BODY" e2e-trigger
	holds "$BODY" 'action="/signout"'
	TOKEN='' http GET /bugs -H 'Accept: text/html'
	holds "$BODY" 'href="/signin?to=/bugs"'
	equal "$(sql 'select count(*) from session where length(hash) <> 32')" 0
	if pg_dump -a -t session -d "$FAULTLINE_DATABASE" | grep -qF "$(grep -o '[0-9a-f]\{64\}$' "$(signed_in "$TOKEN_TRIGGER")")"; then fail 'a cookie is in the database'; fi
}

test_no_other_site_can_send_a_form() {
	local jar proof
	jar=$(signed_in "$TOKEN_ADMIN")
	proof=$(proof_of "$jar")
	local -a send=(-b "$jar" -H 'Accept: text/html' -d 'action=make&kind=admin&name=evil')
	local other
	for other in "proof=" "proof=${proof/?/x}" "proof=$(proof_of "$(signed_in "$TOKEN_TRIGGER")")"; do
		TOKEN='' http POST /tokens "${send[@]}" -d "$other"
		equal "$STATUS" 403 "$other"
	done
	for other in 'Origin: http://evil.example' 'Origin: null' 'Sec-Fetch-Site: cross-site' 'Sec-Fetch-Site: same-site'; do
		TOKEN='' http POST /tokens "${send[@]}" -d "proof=$proof" -H "$other"
		equal "$STATUS" 403 "$other"
		TOKEN='' http POST /signin -H "$other" --data-urlencode "token=$TOKEN_TRIGGER"
		equal "$STATUS" 403 "signing in from elsewhere, $other"
	done
	TOKEN='' http POST /tokens -H 'Accept: text/html' -d "action=make&kind=admin&name=evil&proof=$proof"
	equal "$STATUS" 401 'a proof without its cookie'
	TOKEN='' http POST /api/v1/runs -b "$jar" -d '{}'
	equal "$STATUS" 401 'an order of the API by cookie'
	equal "$(sql "select count(*) from token where name = 'evil'")" 0
	TOKEN='' http POST /tokens "${send[@]}" -d "proof=$proof" -H "Origin: $URL" -H 'Sec-Fetch-Site: same-origin'
	equal "$STATUS" 200 'from a page of ours'
}

test_tokens_are_made_shown_once_and_end_with_what_made_them() {
	local script reader
	script=$(make_token "$TOKEN_TRIGGER" script trigger)
	reader=$(make_token "$script" reader read)
	form /tokens 403 action=make name=more kind=admin "token=$TOKEN_TRIGGER"
	form /tokens 403 action=make name=more kind=trigger "token=$reader"
	form /tokens 409 action=make name=script kind=read "token=$TOKEN_TRIGGER"
	form /tokens 400 action=make 'name=<x>' kind=read "token=$TOKEN_TRIGGER"
	form /tokens 401 action=make name=more kind=read
	visit "$(signed_in "$script")" '/tokens?format=json'
	equal "$(jq -c '[.rows[] | [.name, .owner, .is_me]]' <<<"$BODY")" '[["reader","script",false],["script","e2e-trigger",true]]' 'own ones'
	visit "$(signed_in "$TOKEN_ADMIN")" '/tokens?format=json'
	equal "$(jq '.rows | length' <<<"$BODY")" "$(sql 'select count(*) from token')" 'an admin sees all'
	TOKEN='' http GET '/tokens?format=json'
	equal "$(jq .rows <<<"$BODY")" null 'nobody sees any'
	form /tokens 404 action=revoke name=e2e-admin "token=$script"
	form /tokens 404 action=revoke name=e2e-trigger "token=$script"
	form /tokens 303 action=revoke name=script "token=$TOKEN_TRIGGER"
	TOKEN=$reader refused 401 POST /api/v1/trees -d '{}'
	visit "$(signed_in "$script")" /tokens
	if grep -q 'action="/signout"' <<<"$BODY"; then fail 'the session of a revoked token goes on'; fi
}

# enrolled_by TOKEN MACHINE: a machine of that name is enrolled with a one-time token that this one made, and registers twice.
enrolled_by() {
	local once facts
	once=$(make_token "$1" "for-$2" enrol)
	"$BIN/faultline-runner" enrol --server "$URL" --token "$once" --name "$2" --token-file "$WORK/$2.token" 2>"$WORK/words" || fail "not enrolled: $(cat "$WORK/words")"
	facts=$(jq -nc --arg name "$2" '{machine: {name: $name, arch: "arm64", cpus: 2, memory_mb: 4096, tags: ["arch:arm64"], runner_version: "0.1.0", kernel_release: "6.1.0", cpu_model: "x"}}')
	TOKEN=$(head -n 1 "$WORK/$2.token") post /api/v1/runner/register "$facts" >/dev/null
	TOKEN=$(head -n 1 "$WORK/$2.token") post /api/v1/runner/register "$facts" >/dev/null
}

owner_of() { sql "select coalesce(string_agg(s.channel || ' ' || s.target || ' ' || s.is_direct, ','), 'nobody') from machine m left join subscription s on s.id = m.owner_id where m.name = '$1' and s.id is not null"; }

test_whose_one_time_token_enrolled_a_machine_owns_it_where_that_is_an_address() {
	enrolled_by "$(token admin olga@example.org)" lab-olga
	equal "$(owner_of lab-olga)" 'mail olga@example.org true' 'owner'
	shows /machines/lab-olga 'Its owner' 'is told when it falls silent'
	http GET /machines/lab-olga -H 'Accept: text/html'
	[[ $BODY != *olga@example.org* ]] || fail 'the page shows the address'
	enrolled_by "$TOKEN_ADMIN" lab-nobody
	equal "$(owner_of lab-nobody)" nobody 'owner of what a script enrolled'
	post /api/v1/machines/lab-olga/owner '{"owner": null}' >/dev/null
	TOKEN=$(head -n 1 "$WORK/lab-olga.token") post /api/v1/runner/register '{"machine": {"name": "lab-olga", "arch": "arm64", "cpus": 2, "memory_mb": 4096, "tags": [], "runner_version": "0.1.0", "kernel_release": "6.1.0", "cpu_model": "x"}}' >/dev/null
	equal "$(owner_of lab-olga)" nobody 'owner that an admin took away'
}

# Each page that has a form; those of the seeded database are looked at by ci/browser/pages.mjs.
test_strangers_see_what_signing_in_gives_and_no_form() {
	local path
	for path in /runs /rules /subscriptions /trees/tiny; do
		TOKEN='' http GET "$path?state=x" -H 'Accept: text/html'
		holds "$BODY" "<p class=\"join\"><a href=\"/signin?to=$path%3Fstate%3Dx\">Sign in</a> to " "$path to a stranger"
		if grep -q 'method="post"' <<<"$BODY"; then fail "$path has a form for a stranger"; fi
		visit "$(signed_in "$TOKEN_TRIGGER")" "$path"
		holds "$BODY" "action=\"$path#" "$path to somebody"
		if grep -q 'class="join"' <<<"$BODY"; then fail "$path asks somebody to sign in"; fi
	done
}

test_a_run_is_ordered_from_a_form() {
	form /runs 401 tree=tiny commit=good profiles=standin repeats=2
	holds "$BODY" 'value="good"' 'what was typed'
	form /runs 422 tree=tiny commit=nothing-of-the-kind profiles=other "token=$TOKEN_TRIGGER"
	holds "$BODY" 'value="nothing-of-the-kind" required> <em>tree &#39;tiny&#39; has no commit, branch or tag' 'what is wrong stands beside its field'
	holds "$BODY" '<option selected>other</option><option>standin</option>' 'what was chosen'
	form /runs 400 tree=tiny commit=good profiles=standin repeats=many "token=$TOKEN_TRIGGER"
	holds "$BODY" 'value="many"> <em>must be a whole number from 1 to'
	form /runs 303 tree=tiny commit=good profiles=standin profiles=other repeats=2 priority=70 "token=$TOKEN_TRIGGER"
	local run=${HEADERS##*/runs/}
	run=${run%%[!0-9]*}
	equal "$(sql "select count(*) || ' ' || min(r.priority) || ' ' || min(k.name) from job j join run r on r.id = j.run_id join token k on k.id = r.token_id where r.id = $run")" '4 70 e2e-trigger'
	form /runs 303 tree=tiny commit=good profiles=standin "patch=$(git -C "$TREE" format-patch -1 --stdout good)" "token=$TOKEN_TRIGGER"
	equal "$(sql 'select count(*) from revision_patch')" 1 'patches'
}

test_signing_out_ends_the_session() {
	local jar=$WORK/cookies.out proof
	curl -sS -m 60 -o /dev/null -c "$jar" --data-urlencode "token=$TOKEN_TRIGGER" "$URL/signin"
	proof=$(proof_of "$jar")
	TOKEN='' http POST /signout -b "$jar" -d proof=wrong
	visit "$jar" /
	holds "$BODY" 'action="/signout"' 'signed out by whoever'
	TOKEN='' http POST /signout -b "$jar" -d "proof=$proof"
	equal "$STATUS" 303
	holds "$(header Set-Cookie)" 'fl_session=; Path=/; Max-Age=0'
	visit "$jar" /
	holds "$BODY" 'href="/signin?to=/"'
}

test_a_closed_site_is_read_by_who_is_signed_in_and_https_keeps_its_cookie() {
	stop server
	server_start --closed --public-url https://lab.example
	sign_in "token=$TOKEN_TRIGGER"
	holds "$(header Set-Cookie)" '; Secure'
	visit "$(signed_in "$TOKEN_TRIGGER")" /queue
	equal "$STATUS" 200 'a page by cookie'
	visit "$(signed_in "$TOKEN_TRIGGER")" /trees/tiny/badge.svg
	equal "$STATUS $(header Cache-Control)" '200 private, max-age=60' 'a picture that no proxy keeps for others'
	TOKEN='' http GET /queue -b fl_session=0000000000000000000000000000000000000000000000000000000000000000
	equal "$STATUS" 401 'a cookie of nobody'
}

test_a_trusted_proxy_says_who_it_is() {
	local -a from=(-H 'X-Remote-User: jane' -c "$WORK/cookies.jane")
	stop server
	server_start
	TOKEN='' http GET /signin "${from[@]}"
	equal "$STATUS $(header Set-Cookie)" '200 ' 'nobody is trusted unless it is said'
	stop server
	server_start --identity-header X-Remote-User --identity-from 10.0.0.0/8
	TOKEN='' http GET /signin "${from[@]}"
	equal "$STATUS" 200 'from another address'
	stop server
	server_start --identity-header X-Remote-User --identity-from '10.0.0.0/8, 127.0.0.1'
	TOKEN='' http GET '/signin?to=/queue' "${from[@]}"
	equal "$STATUS $(header Location)" '303 /queue'
	visit "$WORK/cookies.jane" /tokens
	holds "$BODY" jane
	equal "$(sql "select kind from token where name = 'jane'")" trigger
	TOKEN='' http GET /signin -H 'X-Remote-User: jane' -H 'X-Remote-User: e2e-admin'
	equal "$STATUS $(header Set-Cookie)" '200 ' 'two names'
	local name
	make_token "$TOKEN_TRIGGER" kim trigger >/dev/null
	for name in e2e-runner '<x>' script kim; do
		TOKEN='' http GET /signin -H "X-Remote-User: $name"
		equal "$STATUS" 403 "as $name"
	done
}

site_start
profile standin
profile other
tree_start
run_tests "$@"
