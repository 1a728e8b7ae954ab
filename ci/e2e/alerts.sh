#!/bin/bash
# What people are told: subscriptions, mails through a real SMTP server (aiosmtpd, from Debian), threads, drafts for public lists,
# digests, muting, and an outbox that loses nothing.
# shellcheck source=ci/e2e/lib.sh
. "$(dirname "$0")/lib.sh"

readonly SAMPLES=$REPO/server/console/samples
readonly BOX=$WORK/mail
MAIL_PORT=$(port_free)

# --- the mail server ----------------------------------------------------------------------------------
mail_start() {
	start mail /usr/bin/python3 -m aiosmtpd -n -l "127.0.0.1:$MAIL_PORT" "$@" -c aiosmtpd.handlers.Mailbox "$BOX"
	wait_for 20 'the mail server' mail_answers
}
mail_answers() { curl -fsS -m 2 "smtp://127.0.0.1:$MAIL_PORT" -X NOOP; }
# mails [JQ]: all that came; has_mails N
mails() { /usr/bin/python3 "$REPO/ci/e2e/mails.py" "$BOX" | jq "${@:-.}"; }
has_mails() { [[ $(mails length) == "$1" ]]; }

# --- what is looked at --------------------------------------------------------------------------------
# subscribe NAME TARGET [JQ-CHANGE]: its number.
subscribe() {
	post /api/v1/subscriptions "$(jq -nc --arg name "$1" --arg target "$2" '{name: $name, target: $target} | '"${3:-.}")" | jq -e .subscription.id
}
# resubscribe ID CHANGE: the API's PATCH.
resubscribe() { api PATCH "/api/v1/subscriptions/$1" -d "$2" >/dev/null; }
alert_of() { api GET '/api/v1/alerts?state=all' | jq -e ".alerts | map(select(.kind == \"$1\"))[0].id"; }
states() { api GET /api/v1/deliveries | jq -rc '[.deliveries[].state] | sort | join(" ")'; }
states_are() { [[ $(states) == "$1" ]]; }
wake() { sql 'notify work' >/dev/null; }
alert_bug() { sql "select bug_id from alert where id = $1"; }

test_a_new_bug_is_mailed_once_in_the_kernels_form() {
	local text
	mail_start
	subscribe jane jane@example.org >/dev/null
	crash "$(on tiny plant)" "$SAMPLES/thread-power.log" >/dev/null
	wait_for 20 'the mail' has_mails 1
	equal "$(mails -c '.[0] | [.from, .to, .subject, .id, .in_reply_to, .auto, .type, .parts]')" \
		'["Faultline <faultline@lab.example>","jane@example.org","[faultline] kernel BUG in put_and_wait_on_page_locked","<delivery.1@lab.example>",null,"auto-generated","text/plain",false]'
	text=$(mails -r '.[0].text')
	holds "$text" "HEAD commit:  $(git -C "$TREE" rev-parse plant | cut -c-12) (\"tiny: no reference for private pages\")"
	holds "$text" 'kernel BUG at'
	holds "$text" $'Reported-by: Faultline <faultline@lab.example>\nCloses: '"$URL/bugs/$(alert_bug 1)"$'\n'
	equal "$(sed '/^HEAD commit/,/^If you fix/d' <<<"$text" | awk 'length > 72')" '' 'prose wider than 72 columns'
	crash "$(on tiny plant)" "$SAMPLES/thread-power.log" >/dev/null
	wait_for 20 'the stages' work_is_done
	equal "$(api GET /api/v1/alerts | jq -c '[.alerts[] | [.kind, .severity, .bug.state, [.places[] | [.tree, .profile]]]]')" '[["bug_new","high","new",[["tiny","standin"]]]]'
	has_mails 1 || fail 'told twice'
	shows /alerts 'new bug' put_and_wait_on_page_locked '1 of 1'
	shows /alerts/1 standin 'j…@example.org' sent
	shows /deliveries/1 'kernel BUG at' 'delivery.1@lab.example'
	if grep -q 'jane@example' <<<"$(page_text /deliveries/1)$(page_text /subscriptions/1)$(api GET /api/v1/subscriptions)"; then fail 'an address is shown'; fi
}

test_what_is_seen_again_after_its_fix_answers_the_first_mail() {
	local bug
	bug=$(alert_bug 1)
	post "/api/v1/bugs/$bug/fix" '{"title":"tiny: get and put the page"}' >/dev/null
	equal "$(api GET "/api/v1/bugs/$bug" | jq -r .bug.state)" fixed
	crash "$(on tiny good)" "$SAMPLES/thread-power.log" >/dev/null
	wait_for 20 'the second mail' has_mails 2
	equal "$(mails -c '.[1] | [.subject, .id, .in_reply_to, .references]')" \
		'["Re: [faultline] kernel BUG in put_and_wait_on_page_locked","<delivery.2@lab.example>","<delivery.1@lab.example>","<delivery.1@lab.example>"]'
	holds "$(mails -r '.[1].text' | tr '\n' ' ')" 'on a commit that has its fix, "tiny: get and put the page"'
	equal "$(api GET /api/v1/alerts | jq -c '[.alerts[] | [.kind, .thread]]')" "[[\"bug_again\",\"bug:$bug\"],[\"bug_new\",\"bug:$bug\"]]"
}

test_a_run_tells_its_end_to_whom_it_names() {
	local run value before
	before=$(mails length)
	for value in '"kim@example.org\r\nBcc: eve@example.org"' '"kim@example.org, eve@example.org"' '"Kim <kim@example.org>"' '"-oQ/tmp@example.org"' '7'; do
		refused 400 POST /api/v1/runs -d "{\"tree\": \"tiny\", \"commit\": \"good\", \"profiles\": [\"standin\"], \"notify\": $value}"
	done
	refused 422 POST /api/v1/runs -d '{"tree": "tiny", "commit": "good", "profiles": ["standin"], "notify": "nobody"}'
	run=$(post /api/v1/runs '{"tree": "tiny", "commit": "good", "profiles": ["standin"], "notify": "kim@example.org"}' | jq .run.id)
	post "/api/v1/runs/$run/cancel" '{}' >/dev/null
	wait_for 60 'the mail' has_mails $((before + 1))
	equal "$(mails -r '.[-1] | [.to, .subject[:23]] | join(" ")')" 'kim@example.org [faultline] cancelled: '
	holds "$(mails -r '.[-1].text')" "$URL/runs/$run"
	equal "$(api GET "/api/v1/runs/$run" | jq '.run.told_at | length')" 20 'when it was told'
	shows "/runs/$run" 'who ordered it was told'
	# Whoever is not signed in meets the address nowhere.
	local page
	for page in "/runs/$run" "/api/v1/runs/$run" /subscriptions /api/v1/subscriptions /deliveries /api/v1/deliveries '/deliveries?format=json'; do
		! curl -fsS "$URL$page" | grep -q 'kim@' || fail "$page shows the address"
	done
}

test_a_mail_server_that_is_away_costs_nothing_but_time() {
	stop mail
	crash "$(on tiny plant)" "$SAMPLES/x86_64-two-bugs.log" >/dev/null
	wait_for 20 'the first try' sql_is t "select (select count(*) from delivery where tries > 0 and error is not null) > 0"
	shows /deliveries 'failed, tried again' 'Failed to connect'
	shows /alerts 'did not get through yet'
	stop server
	server_start --mail-server "smtp://127.0.0.1:$MAIL_PORT" --mail-from faultline@lab.example
	mail_start
	local id
	for id in $(api GET '/api/v1/deliveries?state=waiting' | jq '.deliveries[].id'); do
		post "/api/v1/deliveries/$id/retry" '{}' >/dev/null
	done
	wait_for 20 'all to be sent' sql_is 0 "select count(*) from delivery where state <> 'sent'"
	equal "$(sql 'select count(*) from delivery')" "$(mails length)" 'mails'
	refused 409 POST "/api/v1/deliveries/$id/retry"
	refused 404 POST /api/v1/deliveries/999/retry
}

test_what_the_server_refuses_for_good_is_given_up() {
	stop mail
	mail_start -s 200
	crash "$(on tiny plant)" "$SAMPLES/two-callers-interleaved.log" >/dev/null
	wait_for 20 'it to be given up' sql_is t "select (select count(*) from delivery where state = 'given_up') > 0"
	shows '/deliveries?state=given_up' 552
	stop mail
	mail_start
	sql "update delivery set state = 'rejected' where state in ('waiting', 'given_up')" >/dev/null
}

test_a_public_list_gets_only_what_a_person_has_approved() {
	local list before draft text
	resubscribe 1 '{"state":"paused"}'
	before=$(mails length)
	list=$(subscribe list linux-list@example.org '.public = true | .regzbot = true')
	known_again
	wait_for 20 'the draft' sql_is 1 "select count(*) from delivery where state = 'draft'"
	draft=$(api GET '/api/v1/deliveries?state=draft' | jq '.deliveries[0].id')
	shows /alerts 'wait for somebody'
	shows "/deliveries/$draft" 'Sign in' 'to approve' 'Closes: https://lore.kernel.org/r/delivery.'
	form "/deliveries/$draft" 403 action=approve "token=$TOKEN_RUNNER"
	form "/deliveries/$draft" 400 action=send "token=$TOKEN_TRIGGER"
	equal "$(mails length)" "$before" 'mails before the approval'
	form "/deliveries/$draft" 401 action=edit subject=x
	form "/deliveries/$draft" 400 action=edit subject=$'two\nBcc: all@example.org' "token=$TOKEN_TRIGGER"
	text=$(sql "select content from delivery where id = $draft")
	form "/deliveries/$draft" 303 action=edit subject='[faultline] said better' "content=A person adds this."$'\r\n'"$text" "token=$TOKEN_TRIGGER"
	form "/deliveries/$draft" 409 action=approve was=00000000000000000000000000000000 "token=$TOKEN_TRIGGER"
	refused 409 POST "/api/v1/deliveries/$draft/edit" -d '{"subject":"x","was":"00000000000000000000000000000000"}'
	refused 400 POST "/api/v1/deliveries/$draft/edit" -d '{"to":"x"}'
	equal "$(api POST "/api/v1/deliveries/$draft/edit" -d '{"subject":"[faultline] said best"}' | jq -r .delivery.subject)" '[faultline] said best'
	equal "$(mails length)" "$before" 'mails while it is edited'
	form "/deliveries/$draft" 303 action=approve "was=$(api GET "/deliveries/$draft?format=json" | jq -r .was)" "token=$TOKEN_TRIGGER"
	wait_for 20 'the mail' has_mails $((before + 1))
	equal "$(mails -r '.[-1].subject')" '[faultline] said best'
	holds "$(mails -r '.[-1].text')" $'A person adds this.\n'
	form "/deliveries/$draft" 409 action=edit subject=late "token=$TOKEN_TRIGGER"
	equal "$(mails -r '.[-1].to')" linux-list@example.org
	holds "$(mails -r '.[-1].text')" "#regzbot introduced: $(git -C "$TREE" rev-parse first | cut -c-12)..$(git -C "$TREE" rev-parse plant | cut -c-12)"
	form "/deliveries/$draft" 409 action=reject "token=$TOKEN_TRIGGER"
	shows "/deliveries/$draft" 'decided on by e2e-trigger'
	resubscribe "$list" '{"state":"paused"}'
}

# known_again: forgets what was seen, so that the same consoles are news; the commit before is clean.
known_again() {
	sql 'set client_min_messages = warning; truncate bug, occurrence cascade' >/dev/null
	sql "update attempt set result = 'clean' where id = $(crash "$(on tiny first)" "$SAMPLES/arm64-clean.log")" >/dev/null
	crash "$(on tiny plant)" "$SAMPLES/thread-power.log" >/dev/null
}

test_rules_choose_by_tree_profile_path_severity_and_kind() {
	local name
	sql 'delete from delivery_alert; delete from delivery; update run set notify_id = null; delete from subscription' >/dev/null
	subscribe tree a@example.org '.tree = "tiny"' >/dev/null
	subscribe other-profile b@example.org '.profile = "other"' >/dev/null
	subscribe path c@example.org '.path = "include/linux/"' >/dev/null
	subscribe other-path d@example.org '.path = "fs/"' >/dev/null
	subscribe severe e@example.org '.severity = "high"' >/dev/null
	subscribe machines f@example.org '.kinds = ["machine_lost"]' >/dev/null
	known_again
	wait_for 20 'the deliveries' sql_is 3 "select count(*) from delivery"
	equal "$(sql "select string_agg(s.name, ' ' order by s.name) from delivery d join subscription s on s.id = d.subscription_id")" 'path severe tree'
	refused 422 POST /api/v1/subscriptions -d '{"name":"x","target":"x@example.org","tree":"nowhere"}'
	refused 422 POST /api/v1/subscriptions -d '{"name":"x","target":"x@example.org","profile":"nowhere"}'
	for name in 'x@example.org, y@example.org' $'x@example.org\nBcc: y@example.org' 'Jane <x@example.org>' nowhere; do
		refused 400 POST /api/v1/subscriptions -d "$(jq -nc --arg t "$name" '{name: "x", target: $t}')"
	done
	refused 400 POST /api/v1/subscriptions -d '{"name":"x","target":"x@example.org","kinds":["weather"]}'
	refused 409 POST /api/v1/subscriptions -d '{"name":"tree","target":"x@example.org"}'
	refused 409 PATCH "/api/v1/subscriptions/$(sql "select id from subscription where name = 'tree'")" -d '{"path":"mm/","version":7}'
	TOKEN=$TOKEN_RUNNER refused 403 POST /api/v1/subscriptions -d '{"name":"x","target":"x@example.org"}'
}

owner_is_told() { mails -e 'map(select(.to == "olga@example.org" and (.subject | test("is silent")))) | length == 1'; }

test_a_machine_that_falls_silent_and_a_queue_that_stands_still_are_told_until_they_go_on() {
	local lost stuck path
	for path in '"two@example.org, x@example.org"' '"nobody"' '7'; do
		refused 400 POST "/api/v1/machines/$MACHINE/owner" -d "{\"owner\": $path}"
	done
	TOKEN=$TOKEN_TRIGGER refused 403 POST "/api/v1/machines/$MACHINE/owner" -d '{"owner": "olga@example.org"}'
	form "/machines/$MACHINE" 303 "token=$TOKEN_ADMIN" action=owner owner=olga@example.org
	for path in "/machines/$MACHINE" /api/v1/machines "/api/v1/machines/$MACHINE/changes"; do
		TOKEN='' http GET "$path" -H 'Accept: text/html'
		holds "$BODY" '@example.org' "$path"
		[[ $BODY != *olga@* ]] || fail "$path shows the owner's address"
	done
	sql "update listening set since = now() - interval '1 hour'; update machine set seen_at = now() - interval '11 minutes'" >/dev/null
	wake
	wait_for 20 'the machine to be missed' alert_of machine_lost
	lost=$(alert_of machine_lost)
	equal "$(sql "select count(*) from delivery_alert where alert_id = $lost")" 2 'only who asked for it and has no other wish, and its owner'
	wait_for 60 'the mail to its owner' owner_is_told
	post "/api/v1/machines/$MACHINE/owner" '{"owner": null}' >/dev/null
	sql "update machine set seen_at = now()" >/dev/null
	wait_for 20 'it to be over' sql_is t "select ended_at is not null from alert where id = $lost"
	order "$(on tiny good)" >/dev/null
	sql "update job set queued_at = now() - interval '16 minutes' where state = 'queued'; update attempt set started_at = now() - interval '1 hour'" >/dev/null
	wait_for 20 'the queue to be missed' alert_of queue_stuck
	stuck=$(alert_of queue_stuck)
	shows "/alerts/$stuck" 'queue stuck' x86_64
	sql "update job set state = 'cancelled' where state = 'queued'" >/dev/null
	wait_for 20 'it to be over' sql_is t "select ended_at is not null from alert where id = $stuck"
}

test_a_digest_gathers_and_leaves_out_what_was_seen_to() {
	local digest before
	sql 'delete from delivery_alert; delete from delivery; update run set notify_id = null; delete from subscription' >/dev/null
	subscribe daily daily@example.org '.digest_hours = 24' >/dev/null
	known_again
	crash "$(on tiny plant)" "$SAMPLES/two-callers-interleaved.log" >/dev/null
	wait_for 20 'three alerts' sql_is 3 "select count(*) from delivery_alert"
	equal "$(states)" waiting 'one delivery'
	digest=$(sql 'select id from delivery') before=$(mails length)
	post "/api/v1/alerts/$(sql 'select max(alert_id) from delivery_alert')/acknowledge" '{"note":"mine"}' | jq -e '.alert.history[0].by == "e2e-admin"' >/dev/null
	sql "update delivery set due_at = now() where id = $digest; notify work" >/dev/null
	wait_for 20 'the digest' has_mails $((before + 1))
	holds "$(mails -r '.[-1].subject')" '[faultline] 2 alerts'
}

test_what_is_muted_is_kept_and_told_to_nobody() {
	local alert again
	sql 'delete from delivery_alert; delete from delivery; update run set notify_id = null; delete from subscription' >/dev/null
	subscribe jane jane@example.org >/dev/null
	known_again
	wait_for 20 'the alert' alert_of bug_new
	alert=$(alert_of bug_new)
	form "/alerts/$alert" 303 action=assign to=Hugh "token=$TOKEN_TRIGGER"
	form "/alerts/$alert" 303 action=mute days=7 note='we know' "token=$TOKEN_TRIGGER"
	form "/alerts/$alert" 400 action=mute days=soon "token=$TOKEN_TRIGGER"
	shows "/alerts/$alert" 'Hugh sees to it' 'we know' 'for 7 days' acknowledged
	post "/api/v1/bugs/$(alert_bug "$alert")/fix" '{"title":"tiny: get and put the page"}' >/dev/null
	crash "$(on tiny good)" "$SAMPLES/thread-power.log" >/dev/null
	wait_for 20 'the second alert' alert_of bug_again
	again=$(alert_of bug_again)
	equal "$(sql "select count(*) from delivery_alert where alert_id = $again")" 0 'deliveries of what is muted'
	shows /alerts muted nobody
	form "/alerts/$again" 303 action=unmute "token=$TOKEN_TRIGGER"
	equal "$(sql 'select count(*) from alert_mute')" 0 'mutes'
	refused 404 POST /api/v1/alerts/999999/acknowledge
}

test_the_forms_do_what_the_api_does() {
	local id
	form /subscriptions 303 action=save name=by-form channel=mail target=form@example.org digest_hours=0 severity=medium kinds=bug_new kinds=bug_again what=build regzbot=yes "token=$TOKEN_TRIGGER"
	id=$(sql "select id from subscription where name = 'by-form'")
	equal "$(api GET "/api/v1/subscriptions/$id" | jq -c '.subscription | [.kinds, .what, .regzbot, .public, .target, .severity]')" '[["bug_new","bug_again"],["build"],true,false,"f…@example.org","medium"]'
	page_as "$TOKEN_TRIGGER" "/subscriptions/$id"
	holds "$BODY" 'name="target" value=""' 'what is sent back unseen is not taken for an address'
	form "/subscriptions/$id" 303 action=save version=1 name=by-form channel=mail digest_hours=24 severity=low kinds=bug_new "token=$TOKEN_TRIGGER"
	equal "$(sql "select target || ' ' || digest_hours || ' ' || kinds::text from subscription where id = $id")" 'form@example.org 24 {bug_new}'
	form "/subscriptions/$id" 409 action=pause version=1 "token=$TOKEN_TRIGGER"
	form "/subscriptions/$id" 303 action=pause version=2 "token=$TOKEN_TRIGGER"
	shows "/subscriptions/$id" paused
	form /subscriptions 400 action=save name=bad channel=mail target=nobody digest_hours=0 severity=low "token=$TOKEN_TRIGGER"
	holds "$BODY" 'value="nobody"' 'what was typed'
	holds "$BODY" '<option value="low" selected>' 'what was chosen'
	form /subscriptions 401 action=save name=bad channel=mail target=a@b.c digest_hours=0 severity=low token=no
}

site_start --mail-server "smtp://127.0.0.1:$MAIL_PORT" --mail-from faultline@lab.example
profile standin
profile other
register
tree_start
run_tests "$@"
