#!/bin/bash
# Machines: what their page shows, what operators may say of them, and which are taken out because their attempts fail.
# shellcheck source=ci/e2e/lib.sh
. "$(dirname "$0")/lib.sh"

machine_json() { api GET /api/v1/machines | jq -c --arg name "$1" '.machines[] | select(.name == $name)'; }
health_is() { [[ $(machine_json "$1" | jq -r .health) == "$2" ]]; }

# submit TOKEN FIELD…: the machine's form.
submit() { form_post /machines/runner "token=$1" "${@:2}"; }

test_its_page_shows_what_the_runner_found() {
	runner_ensure
	shows /machines/runner "$(uname -r)" "$(gcc --version | head -n 1)" "$(ld --version | head -n 1)" 'page size' 'disk free'
	equal "$(machine_json runner | jq '[.page_size, (.disk_bytes > .disk_free_bytes), (.cpu_model | length > 2), (.toolchains | type)]' -c)" \
		"[$(getconf PAGESIZE),true,true,\"array\"]" facts
}

test_its_form_needs_an_admin_and_keeps_who_and_why() {
	runner_ensure
	submit "$TOKEN_TRIGGER" action=state state=maintenance
	equal "$STATUS" 403 'a trigger token'
	holds "$BODY" 'this takes an admin'
	submit "$TOKEN_ADMIN" action=state state=asleep
	equal "$STATUS" 400 'an unknown state'
	submit "$TOKEN_ADMIN" action=state state=maintenance 'note=a new disk <b>'
	equal "$STATUS" 303 'an admin'
	shows /machines/runner maintenance e2e-admin 'a new disk <b>'
	equal "$(api GET /api/v1/machines/runner/changes | jq -c '.changes[0] | [.who, .what, .before, .after, .note]')" \
		'["e2e-admin","state","active","maintenance","a new disk <b>"]' 'the change'
	submit "$TOKEN_ADMIN" action=slots slots=2
	submit "$TOKEN_ADMIN" action=slots
	submit "$TOKEN_ADMIN" action=state state=active
	equal "$(machine_json runner | jq -c '[.state, .slots]')" '["active",null]' 'state and slots'
	refused 400 POST /api/v1/machines/runner/slots -H 'Content-Type: application/json' --data-binary '{"slots":0}'
	refused 404 POST /api/v1/machines/nobody/health -H 'Content-Type: application/json' --data-binary '{"health":"good"}'
	refused 404 GET /api/v1/machines/nobody/changes
}

test_a_machine_whose_attempts_fail_is_taken_out_until_somebody_says_that_it_is_well() {
	local run
	stop runner
	profile patient '.attempts_max = 9'
	run=$(order_guest waiting patient <<<'hello; phase workload; sample 0 0; sample 1 0; result done')
	runner_start runner --qemu "$WORK/no-such-qemu"
	wait_for 120 'it to be taken out' health_is runner bad
	shows /machines/runner bad 'It takes no jobs' 'three attempts in a row failed for its own reasons' "$WORK/no-such-qemu"
	stop runner
	runner_start runner
	equal "$(sql "select state from job where run_id = $run")" queued 'the job while its machine is bad'
	post /api/v1/machines/runner/health '{"health":"unknown","note":"QEMU is back"}' >/dev/null
	ends "$run" clean 180 >/dev/null
	wait_for 60 'it to be good' health_is runner good
	equal "$(sql "select count(*) from attempt a join job j on j.id = a.job_id where j.run_id = $run and a.result = 'fault'")" 3 faults
}

checked() { machine_json runner | jq -r .golden.run; }
checks() { sql "select count(*) from run where is_golden"; }
is_checked() { [[ $(checks) -gt $1 ]] && run_is_over "$(sql 'select max(id) from run where is_golden')"; }

test_a_machine_is_checked_with_what_passed_and_a_check_brings_it_back() {
	local before passed
	runner_ensure
	passed=$(ends "$(order_guest passes standin <<<'hello; phase workload; sample 0 0; sample 9 1; result done')" clean)
	before=$(checks)
	submit "$TOKEN_ADMIN" action=golden "golden=999999"
	equal "$STATUS" 400 'an attempt that is none'
	submit "$TOKEN_ADMIN" action=golden "golden=$passed"
	equal "$STATUS" 303 'an admin'
	wait_for 120 'the check' is_checked "$before"
	shows /machines/runner 'Golden kernel' 6.1.0-passes "as its operator chose"
	equal "$(page_text /runs | grep -c 'check of machine')" 0 'checks among the runs'
	equal "$(sql "select count(*) from point p join attempt a on a.id = p.attempt_id join job j on j.id = a.job_id where j.run_id = $(checked)")" 0 'points of a check'
	# As if Faultline had taken it out two hours ago.
	stop server
	sql "update machine set health = 'bad', health_why = 'tried', judged_by = null, judged_at = now() - interval '2 hours', golden_at = now() - interval '2 hours' where name = 'runner'" >/dev/null
	sql "update attempt set ended_at = ended_at - interval '3 hours'" >/dev/null
	server_start --golden-every-hours 24
	wait_for 120 'it to be back' health_is runner good
	shows /machines/runner 'the golden kernel passed'
	stop server
	server_start
}

alert_is_open() { [[ $(api GET /api/v1/alerts | jq "[.alerts[] | select(.kind == \"$1\" and .ended_at == null)] | length") == 1 ]]; }
alert_is_over() { ! alert_is_open "$1"; }

test_a_machine_on_which_a_known_kernel_fails_is_taken_out_and_people_are_told() {
	local passed
	runner_ensure
	passed=$(ends "$(order_guest flips standin <<<"[[ ! -e $WORK/broken ]] || exit 10; hello; phase workload; sample 0 0; sample 9 1; result done")" clean)
	touch "$WORK/broken"
	stop server
	server_start --golden-every-hours 24
	post /api/v1/machines/runner/golden "{\"golden\":$passed}" >/dev/null
	wait_for 120 'it to be taken out' health_is runner bad
	shows /machines/runner 'the golden kernel failed twice in a row' 'It comes back when a check with a golden kernel passes'
	wait_for 60 'the alert' alert_is_open machine_bad
	rm "$WORK/broken"
	post /api/v1/machines/runner/health '{"health":"good"}' >/dev/null
	wait_for 60 'its end' alert_is_over machine_bad
	stop server
	server_start
}

enrol() { "$BIN/faultline-runner" enrol --server "$URL" --token "$1" --name "$2" --token-file "$WORK/$2.token" >"$WORK/words" 2>&1; }
refuses_enrol() {
	! enrol "$1" "$2" || fail "$2 was enrolled"
	holds "$(cat "$WORK/words")" "$3"
	[[ ! -e $WORK/$2.token && ! -e $WORK/$2.token.offered ]] || fail "something is left of $2"
}

test_one_command_with_a_one_time_token_enrols_a_machine() {
	local once
	once=$(token enrol once)
	enrol "$once" enrolled || fail "not enrolled: $(cat "$WORK/words")"
	equal "$(stat -c %a "$WORK/enrolled.token")" 600 'who reads its token'
	start enrolled "$BIN/faultline-runner" --token-file "$WORK/enrolled.token" --state "$WORK/state-enrolled" --share "$SHARE" \
		--qemu "$REPO/ci/stand-in/qemu-system-x86_64" --limit-disk-mb 0 --accel tcg
	wait_for 60 'it to register' runner_is_there enrolled
	stop enrolled
	! enrol "$once" enrolled || fail 'it was enrolled over itself'
	holds "$(cat "$WORK/words")" 'this machine is enrolled'
	refuses_enrol "$once" second "this token is used up: it has enrolled 'enrolled'"
	refuses_enrol "$(token enrol another)" runner "there is a machine or a token 'runner' already"
	refuses_enrol "$(token enrol late && sql "update token set ends_at = now() - interval '1 second' where name = 'late'" >/dev/null)" third "this token's time is over"
	refuses_enrol "$TOKEN_RUNNER" third 'a runner token may not do this'
	TOKEN=$once refused 403 POST /api/v1/runs -H 'Content-Type: application/json' --data-binary '{}'
	TOKEN=$once refused 403 POST /api/v1/runner/claim -H 'Content-Type: application/json' --data-binary '{}'
}

# What was offered and not answered is offered again: the answer may be what was lost.
test_an_enrolment_whose_answer_was_lost_is_done_again() {
	local once text
	once=$(token enrol lossy)
	text=fl_runner_$(printf '%043d' 7)
	TOKEN=$once post /api/v1/runner/enrol "{\"machine\":\"lossy-1\",\"token\":\"$text\"}" >/dev/null
	printf %s "$text" >"$WORK/lossy-1.token.offered"
	enrol "$once" lossy-1 || fail "not enrolled: $(cat "$WORK/words")"
	equal "$(head -n 1 "$WORK/lossy-1.token")" "$text" 'its token'
	TOKEN=$once refused 400 POST /api/v1/runner/enrol -H 'Content-Type: application/json' --data-binary '{"machine":"x","token":"fl_admin_1"}'
}

# says MACHINE JSON-CHANGE: it registers; sets STATUS and BODY.
says() {
	http POST /api/v1/runner/register -H 'Content-Type: application/json' --data-binary "$(jq -nc --arg name "$1" '{machine: {name: $name, arch: "x86_64",
		cpus: 2, memory_mb: 4096, tags: ["arch:x86_64"], runner_version: "0.0.1", kernel_release: "4.19", cpu_model: "x"}} | '"$2")"
}

# pair NAME: a second process of the machine "pair"; it is there when the machine was registered since.
pair() {
	start "$1" "$BIN/faultline-runner" --server "$URL" --token-file "$WORK/token" --state "$WORK/state-$1" --share "$SHARE" --name pair \
		--together "$WORK/pair" --qemu "$REPO/ci/stand-in/qemu-system-x86_64" --limit-disk-mb 0 --accel tcg
	wait_for 60 "$1 to register" grep -q "registered as 'pair'" "$WORK/$1.log"
}

in_workload() { [[ $(sql "select count(*) from attempt a join machine m on m.id = a.machine_id where m.name = 'pair' and a.state = 'running' and a.step = 'workload'") == "$1" ]]; }

test_two_runners_of_one_machine_work_side_by_side_and_none_builds_beside_a_guest() {
	local waits first second built attempt
	stop runner
	profile patient-guest '.duration_s = 120 | .silence_limit_s = 200 | .attempt_limit_s = 600'
	mkdir -p "$WORK/pair"
	pair one
	pair two
	waits="mkfifo $WORK/go.\$\$; hello; phase workload; sample 0 0; read -r <$WORK/go.\$\$; sample 9 1; result done"
	first=$(order_guest first patient-guest '.machine = "pair"' <<<"$waits")
	second=$(order_guest second patient-guest '.machine = "pair"' <<<"$waits")
	wait_for 60 'two guests at once' in_workload 2
	end_one_guest
	wait_for 60 'one guest' in_workload 1
	built=$(order '{"tree":"tiny","commit":"good","profiles":["standin"],"machine":"pair"}')
	wait_for 60 'the build to wait' build_waits "$built"
	in_workload 1 || fail 'the guest has ended'
	end_one_guest
	ends "$first" clean 120 >/dev/null
	ends "$second" clean 120 >/dev/null
	attempt=$(ends "$built" clean 120)
	[[ $attempt ]]
	stop one
	stop two
	runner_start runner
}

# end_one_guest: the guest that waits for it ends.
end_one_guest() {
	local fifo
	for fifo in "$WORK"/go.*; do
		echo go >"$fifo"
		rm "$fifo"
		return
	done
}

build_waits() { stream "$(attempt_of "$1")" build "$WORK/build" && grep -q "waits: this machine's other runners have guests under stress" "$WORK/build"; }

# A runner that knows more, and one that knows less.
test_runners_older_and_newer_than_the_server_are_served() {
	TOKEN=$TOKEN_RUNNER
	says newer '.protocol = 99 | .machine.runner_version = "9.0.0" | .machine.moon_phase = "full"'
	equal "$STATUS $(jq -c .protocol <<<"$BODY")" '200 2' 'a newer one comes down'
	says older .
	equal "$STATUS $(jq -c .protocol <<<"$BODY")" '200 1' 'an older one need not come up'
	http POST /api/v1/runner/claim -H 'Content-Type: application/json' --data-binary "$(jq -nc --arg id "$(cat /proc/sys/kernel/random/uuid)" '{machine: "older", claim_id: $id}')"
	equal "$STATUS" 204 'it is served'
	TOKEN=$TOKEN_ADMIN
	shows /machines newer older
	shows /machines/newer '9.0.0, protocol 99'
}

test_a_runner_that_is_too_old_is_told_so_and_its_page_says_it() {
	says ancient '.protocol = 0'
	equal "$STATUS $(jq -r .code <<<"$BODY")" '409 too_old' 'register'
	equal "$(header Retry-After)" 60 'when to ask again'
	shows /machines/ancient 'refused' 'this runner is too old: it speaks protocol 0' 'install a newer faultline-runner'
	shows /machines refused
	refused 409 POST /api/v1/runner/claim -H 'Content-Type: application/json' --data-binary '{"machine":"ancient","claim_id":"x","protocol":0}'
	says ancient .
	equal "$(machine_json ancient | jq -c '[.protocol, .refused]')" '[1,null]' 'after an update'
}

# answers FILE: a server that answers every request with the file's JSON, whose field status is its status; its port in PORT_FAKE.
answers() {
	PORT_FAKE=$(port_free)
	start fake /usr/bin/python3 -c 'import http.server, json, sys
class Answer(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        text = open(sys.argv[2]).read()
        self.send_response(json.loads(text)["status"])
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Answer).serve_forever()' "$PORT_FAKE" "$1"
}

test_a_runner_says_in_its_log_which_of_the_two_is_too_old() {
	echo '{"status":409,"code":"too_old","error":"this runner is too old: it speaks protocol 2"}' >"$WORK/answer"
	answers "$WORK/answer"
	start told "$BIN/faultline-runner" --server "http://127.0.0.1:$PORT_FAKE" --token-file "$WORK/token" --state "$WORK/state-told" \
		--share "$SHARE" --name told --qemu "$REPO/ci/stand-in/qemu-system-x86_64" --limit-disk-mb 0 --accel tcg
	wait_for 60 'its words' grep -q 'this runner is too old' "$WORK/told.log"
	echo '{"status":200,"machine_id":1,"protocol":0}' >"$WORK/answer"
	wait_for 60 'its other words' grep -q 'no job is taken: this server is too old.*install a newer faultline-server' "$WORK/told.log"
	stop told
	stop fake
}

site_start
profile standin
tree_start
runner_start runner
run_tests "$@"
