#!/bin/bash
# Webhooks: a real receiver (webhook, from Debian, which checks GitHub's signature itself), the signature of Standard Webhooks checked
# with its own library (npm), and addresses that nobody may be sent to.
# shellcheck source=ci/e2e/lib.sh
. "$(dirname "$0")/lib.sh"

readonly GOT=$WORK/got
HOOK_PORT=$(port_free)
HOOK=http://127.0.0.1:$HOOK_PORT/hooks
SECRET=whsec_$(printf 'thirty-two bytes for the signing' | base64)

hooks_start() {
	mkdir "$GOT"
	cat >"$WORK/keep.sh" <<-SH
		#!/bin/bash
		n=\$(ls "$GOT" | grep -c body || :)
		printf '%s' "\$1" >"$GOT/\$n.headers"
		printf '%s' "\$2" >"$GOT/\$n.body"
	SH
	chmod +x "$WORK/keep.sh"
	jq -n --arg keep "$WORK/keep.sh" --arg secret "$SECRET" --arg away "$HOOK/good" '
		def hook: {"execute-command": $keep, "http-methods": ["POST"], "include-command-output-in-response": true,
			"pass-arguments-to-command": [{source: "entire-headers"}, {source: "raw-request-body"}],
			"trigger-rule-mismatch-http-response-code": 403,
			"trigger-rule": {match: {type: "payload-hmac-sha256", secret: $secret, parameter: {source: "header", name: "X-Hub-Signature-256"}}}};
		[hook + {id: "good"}, hook + {id: "gone", "success-http-response-code": 410, "include-command-output-in-response": false},
			hook + {id: "away", "success-http-response-code": 302, "include-command-output-in-response": false, "response-headers": [{name: "Location", value: $away}]},
			hook + {id: "other", "trigger-rule": {match: {type: "payload-hmac-sha256", secret: "another", parameter: {source: "header", name: "X-Hub-Signature-256"}}}}]' >"$WORK/hooks.json"
	start hooks webhook -hooks "$WORK/hooks.json" -ip 127.0.0.1 -port "$HOOK_PORT"
	wait_for 20 'the receiver' curl -s -o /dev/null "http://127.0.0.1:$HOOK_PORT/"
}

# subscribe NAME URL [JQ-CHANGE]
subscribe() {
	post /api/v1/subscriptions "$(jq -nc --arg name "$1" --arg url "$2" --arg secret "$SECRET" '{name: $name, channel: "webhook", target: $url, secret: $secret} | '"${3:-.}")" | jq -c .subscription
}
delivery_of() { sql "select $2 from delivery d join subscription s on s.id = d.subscription_id where s.name = '$1' order by d.id desc limit 1"; }
is_tried() { [[ $(delivery_of "$1" tries) -gt 0 && $(delivery_of "$1" "d.error is not null or d.state = 'sent'") == t ]]; }
away_was_tried() { [[ $(delivery_of away tries) == 1 && $(delivery_of away 'due_at > now()') == t ]]; }
news() {
	sql "update machine set seen_at = now(); update alert set ended_at = now()" >/dev/null
	sql "update listening set since = now() - interval '1 hour'; update machine set seen_at = now() - interval '11 minutes'; notify work" >/dev/null
}

test_a_message_is_signed_in_both_ways() {
	local one
	hooks_start
	subscribe good "$HOOK/good" | jq -e '.secret != null and .target == "http://127.0.0.1:'"$HOOK_PORT"'/…"' >/dev/null
	equal "$(api GET /api/v1/subscriptions | jq -c '[.subscriptions[].secret]')" '[null]' 'secrets that are shown again'
	news
	wait_for 20 'the message' is_tried good
	equal "$(delivery_of good d.state)" sent "$(delivery_of good "coalesce(d.error, '')")"
	equal "$(jq -c '[.type, .data.kind, .data.machine.name]' "$GOT/0.body")" '["machine_lost","machine_lost","by-hand"]'
	one=$(node "$REPO/ci/e2e/webhook_check.mjs" "$REPO/web/node_modules" "$SECRET" "$GOT/0.headers" "$GOT/0.body")
	equal "$one" "msg_$(delivery_of good d.id)"
}

test_who_answers_otherwise_is_tried_again_and_who_is_gone_is_left_alone() {
	local name
	for name in away gone other; do subscribe "$name" "$HOOK/$name" >/dev/null; done
	news
	for name in away gone other; do wait_for 20 "a try at $name" is_tried "$name"; done
	equal "$(delivery_of away d.state) $(delivery_of away d.error)" 'waiting the receiver answered 302' 'a redirect'
	equal "$(delivery_of other d.state) $(delivery_of other d.error)" 'waiting the receiver answered 500' 'another secret, to which this receiver says so'
	equal "$(delivery_of gone "d.state || ' ' || s.state")" 'given_up paused' 'who is gone'
	shows "/subscriptions/$(sql "select id from subscription where name = 'gone'")" 'Paused: the receiver says that it is gone'
	post "/api/v1/deliveries/$(delivery_of away d.id)/retry" '{}' >/dev/null
	wait_for 20 'another try' away_was_tried
	equal "$(jq -rs 'map(.["Webhook-Id"] // .["webhook-id"]) | flatten | unique | length' "$GOT"/*.headers)" "$(sql "select count(distinct d.id) from delivery d join subscription s on s.id = d.subscription_id where s.name <> 'other'")" 'ids: the same one at each try'
}

test_nobody_is_sent_into_networks_that_are_not_the_worlds() {
	local url name before
	sql 'delete from delivery_alert; delete from delivery; delete from subscription' >/dev/null
	for url in ftp://example.org/ https://user:word@example.org/ 'https://exa mple.org/' https:///x file:///etc/passwd mail@example.org; do
		refused 400 POST /api/v1/subscriptions -d "$(jq -nc --arg url "$url" '{name: "bad", channel: "webhook", target: $url}')"
	done
	refused 400 POST /api/v1/subscriptions -d '{"name":"bad","channel":"webhook","target":"https://example.org/","secret":"short"}'
	stop server
	server_start --webhook-networks 127.0.0.1/32
	subscribe loop-2 "http://127.0.0.2:$HOOK_PORT/hooks/good" >/dev/null
	subscribe short "https://127.1:$HOOK_PORT/hooks/good" >/dev/null
	subscribe metadata https://169.254.169.254/latest/meta-data/ >/dev/null
	subscribe six "https://[::1]:$HOOK_PORT/" >/dev/null
	subscribe mapped "https://[::ffff:10.0.0.1]/" >/dev/null
	before=$(find "$GOT" -name '*.body' | wc -l)
	news
	for name in loop-2 metadata six mapped; do
		wait_for 20 "a try at $name" is_tried "$name"
		equal "$(delivery_of "$name" d.state)" given_up "$name"
		holds "$(delivery_of "$name" d.error)" --webhook-networks "$name"
	done
	equal "$(find "$GOT" -name '*.body' | wc -l)" "$before" 'messages that went there'
}

test_a_form_shows_a_new_secret_once() {
	form_post /subscriptions "token=$TOKEN_TRIGGER" action=save name=by-form channel=webhook 'target=https://example.org/hook?key=1' digest_hours=24 severity=low
	equal "$STATUS" 200
	holds "$BODY" "$(sql "select secret from subscription where name = 'by-form'")"
	if grep -q whsec_ <<<"$(page_text "/subscriptions/$(sql "select id from subscription where name = 'by-form'")")"; then fail 'a secret is shown again'; fi
	if grep -q 'key=1' <<<"$(page_text /subscriptions)"; then fail 'a URL is shown in full'; fi
}

site_start --webhook-networks 127.0.0.0/8
register
run_tests "$@"
