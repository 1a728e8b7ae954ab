# shellcheck shell=bash
# What the end-to-end tests share; sourced. A file holds tests of one matter: functions test_… whose name is a sentence.
# `run_tests "$@"` runs each in a subshell under `set -e` and prints TAP; an argument picks those whose name holds it.
# Everything lies below one temporary folder and is stopped by its process number when the file ends, however it ends.
# Nothing sleeps: who waits polls for what it waits for, with a limit.
set -euo pipefail
# shellcheck source=ci/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

# Nothing of Faultline runs as root but what a file with AS_ROOT=1 starts by itself; ci/test.sh makes a copy where the clone cannot be
# read by its user.
if is_root && [[ ! ${AS_ROOT:-} ]]; then
	as_user test -r "$0" -a -x "$REPO/ci" || die "user '$(user_name)' cannot read '$REPO': run ci/test.sh e2e/$(basename "$0")"
	AS_USER_DIES=1 as_user "$0" "$@"
	exit
fi

# Programs with sanitizers, unless told otherwise; the guest's programs and workloads.
BIN=${BIN:-$REPO/build/san}
WORK=$(as_user mktemp -d "${TMPDIR:-/tmp}/faultline-e2e.XXXXXX")
chmod 755 "$WORK"
readonly STOP_LIMIT_S=15
export GIT_AUTHOR_NAME=Tester GIT_AUTHOR_EMAIL=tester@example.org GIT_COMMITTER_NAME=Tester GIT_COMMITTER_EMAIL=tester@example.org
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=1} UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1}

fail() {
	say "$*"
	exit 1
}

# SKIP REASON: ends this test as left out.
skip() {
	printf '%s\n' "$*" >"$WORK/skip"
	exit 0
}

now_ms() { date +%s%3N; }

# wait_for LIMIT_S WHAT CMD…: until CMD succeeds.
wait_for() {
	local limit_s=$1 what=$2 until_ms
	shift 2
	until_ms=$(($(now_ms) + limit_s * 1000))
	until ("$@") >/dev/null 2>&1; do # in a subshell: what it calls may fail()
		(($(now_ms) < until_ms)) || fail "waited $limit_s s for $what"
		pause
	done
}

# --- processes --------------------------------------------------------------------------------------
# start NAME CMD…: in the background; its number in $WORK/NAME.pid, its words in $WORK/NAME.log.
start() {
	local name=$1
	shift
	! is_running "$name" || fail "there is a $name already: its number would be forgotten, and it never stopped"
	program_start "$WORK/$name.log" "$@"
	printf '%d\n' "$PROGRAM_PID" >"$WORK/$name.pid"
}

pid_of() { cat "$WORK/$1.pid" 2>/dev/null; }

is_running() { local pid; pid=$(pid_of "$1") && program_runs "$pid"; }
is_gone() { ! is_running "$1"; }

# stop NAME [SIGNAL]: ends it and waits for that; one that does not end in time is killed, and that is a failure.
stop() {
	local name=$1 signal=${2:-TERM} pid
	pid=$(pid_of "$name") || return 0
	rm -f "$WORK/$name.pid"
	program_stop "$pid" "$STOP_LIMIT_S" "$signal" || fail "$name did not end on SIG$signal"
}

clean_up() {
	local file
	trap '' INT TERM
	for file in "$WORK"/runner*.pid "$WORK"/*.pid; do
		[[ ! -f $file ]] || (stop "$(basename "$file" .pid)") || :
	done
	cluster_stop || :
	if [[ ${KEEP:-} ]]; then
		say "kept: $WORK"
	else
		chmod -R u+rwX "$WORK" 2>/dev/null || :
		rm -rf "$WORK"
	fi
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# --- PostgreSQL -------------------------------------------------------------------------------------
cluster_start() {
	FAULTLINE_DATABASE=$("$REPO/ci/postgres.sh" start "$WORK/pg" 2>/dev/null)
	export FAULTLINE_DATABASE
}

cluster_stop() { [[ ! -d $WORK/pg ]] || "$REPO/ci/postgres.sh" stop "$WORK/pg" >/dev/null 2>&1; }

# For what no page shows; never in place of looking where a user looks.
sql() { psql -XqAt -v ON_ERROR_STOP=1 -d "$FAULTLINE_DATABASE" -c "$1"; }

# sql_is WANT QUERY: for wait_for.
sql_is() { [[ $(sql "$2") == "$1" ]]; }

# --- server -----------------------------------------------------------------------------------------
# server_launch [OPTION…]: without waiting for it. A runner that dies between claim and confirmation costs its job this many
# seconds, so here they are few. Machines are checked only where a file asks for it.
server_launch() {
	start server "$BIN/faultline-server" run --listen "127.0.0.1:$PORT" --state "$WORK/server" --public-url "$URL" --confirm 3 \
		--golden-every-hours 0 --golden-every-jobs 0 "$@"
}

server_start() {
	server_launch "$@"
	server_wait "$(pid_of server)" "$URL" "$WORK/server.log" 30
}

token() { "$BIN/faultline-server" token add --kind "$1" --name "$2" 2>>"$WORK/server.log"; }

# site_start [OPTION…]: a migrated cluster, a server, tokens of each kind. The runner's token lies in a file too.
site_start() {
	cluster_start
	PORT=$(port_free)
	URL=http://127.0.0.1:$PORT
	"$BIN/faultline-server" migrate >>"$WORK/server.log" 2>&1 || fail "migrate: $(tail -n 20 "$WORK/server.log")"
	TOKEN_RUNNER=$(token runner e2e-runner)
	# shellcheck disable=SC2034 # for those who source this
	TOKEN_TRIGGER=$(token trigger e2e-trigger)
	TOKEN_ADMIN=$(token admin e2e-admin)
	TOKEN=$TOKEN_ADMIN
	printf '%s\n' "$TOKEN_RUNNER" >"$WORK/token"
	chmod 600 "$WORK/token"
	server_start "$@"
}

# --- HTTP -------------------------------------------------------------------------------------------
# http METHOD PATH [CURL-OPTION…]: sets STATUS, BODY (as text; BODY_FILE has its bytes) and HEADERS.
http() {
	local method=$1 path=$2
	shift 2
	local headers=$WORK/headers.$BASHPID
	BODY_FILE=$WORK/body.$BASHPID
	: >"$BODY_FILE"
	[[ $method != HEAD ]] || set -- -I "$@"
	STATUS=$(curl -sS -m 60 -X "$method" -o "$BODY_FILE" -D "$headers" -w '%{http_code}' \
		${TOKEN:+-H "Authorization: Bearer $TOKEN"} "$@" "$URL$path") || fail "$method $path: no answer"
	BODY=$(tr -d '\0' <"$BODY_FILE")
	HEADERS=$(tr -d '\r' <"$headers")
}

# download PATH FILE [CURL-OPTION…]: the body into a file, for what is large; sets STATUS and HEADERS.
download() {
	local path=$1 file=$2 headers=$WORK/headers.$BASHPID
	shift 2
	STATUS=$(curl -sS -m 120 -o "$file" -D "$headers" -w '%{http_code}' \
		${TOKEN:+-H "Authorization: Bearer $TOKEN"} "$@" "$URL$path") || fail "GET $path: no answer"
	HEADERS=$(tr -d '\r' <"$headers")
}

header() { sed -n "s/^$1: //Ip" <<<"$HEADERS" | tail -n 1; }

# api METHOD PATH [CURL-OPTION…]: the body; anything but 2xx fails and is told.
api() {
	http "$@"
	[[ $STATUS == 2?? ]] || fail "$1 $2: $STATUS $BODY"
	printf '%s\n' "$BODY"
}

# post PATH JSON [CURL-OPTION…]
post() {
	local path=$1 json=$2
	shift 2
	api POST "$path" -H 'Content-Type: application/json' --data-binary "$json" "$@"
}

# refused CODE METHOD PATH [CURL-OPTION…]: the answer has this status and says why, in JSON.
refused() {
	local want=$1
	shift
	http "$@"
	[[ $STATUS == "$want" ]] || fail "$1 $2: $STATUS, not $want: $BODY"
	jq -e '(.error | length > 8) and (.code | test("^[a-z_]+$"))' <<<"$BODY" >/dev/null || fail "$1 $2: no reason in: $BODY"
}

# signed_in TOKEN: signs in once; prints the file with the cookie, which holds none when the token is not known.
signed_in() {
	local jar
	jar=$WORK/cookies.$(sha256sum <<<"$1" | cut -c-16)
	grep -qs fl_session "$jar" || curl -sS -m 60 -o /dev/null -c "$jar" --data-urlencode "token=$1" "$URL/signin" || fail 'nobody can sign in'
	printf '%s\n' "$jar"
}

# proof_of COOKIES: what this session's forms carry; nothing when nobody is signed in.
proof_of() { curl -sS -m 60 -b "$1" "$URL/tokens" | sed -nE 's/.*name="proof" value="([0-9a-f]+)".*/\1/p' | head -n 1; }
page_as() { TOKEN='' http GET "$2" -H 'Accept: text/html' -b "$(signed_in "$1")"; } # TOKEN PATH: with the forms of who has signed in

# form_post PATH NAME=VALUE…: as a browser sends it; token=TOKEN is whose browser it is, who has signed in before (none: nobody's).
form_post() {
	local path=$1 field jar
	local -a data=()
	shift
	for field in "$@"; do
		if [[ $field == token=* ]]; then
			jar=$(signed_in "${field#token=}")
			data+=(-b "$jar" --data-urlencode "proof=$(proof_of "$jar")")
		else
			data+=(--data-urlencode "$field")
		fi
	done
	TOKEN='' http POST "$path" -H 'Accept: text/html' "${data[@]}"
}

# form PATH STATUS NAME=VALUE…: the form is answered with this status.
form() {
	form_post "$1" "${@:3}"
	equal "$STATUS" "$2" "POST $1"
}

# What a reader sees of a page: its text.
page_text() {
	http GET "$1" -H 'Accept: text/html'
	[[ $STATUS == 200 ]] || fail "page $1: $STATUS"
	/usr/bin/python3 -c 'import html, re, sys
text = re.sub(r"(?s)<(script|style).*?</\1>|<[^>]*>", " ", sys.stdin.read())
print(re.sub(r"[ \t]+", " ", html.unescape(text)))' <<<"$BODY"
}

# shows PATH TEXT…: the page has each text.
shows() {
	local path=$1 text have
	shift
	have=$(page_text "$path")
	for text in "$@"; do
		grep -qF -- "$text" <<<"$have" || fail "page $path does not show '$text': $(grep -v '^ *$' <<<"$have" | head -n 60)"
	done
}

# console_shows ATTEMPT TEXT…: its console, as a page.
console_shows() { shows "/attempts/$1/console" "${@:2}"; }

equal() { [[ $1 == "$2" ]] || fail "${3:-got}: '$1', not '$2'"; }
holds() { [[ $1 == *"$2"* ]] || fail "${3:-text} without '$2': ${1:0:2000}"; }

# --- what is tested ---------------------------------------------------------------------------------
# profile NAME [JQ-CHANGE]: quick conditions; limits are short, since a stand-in guest needs no time.
profile() {
	local json
	json=$(jq -nc --arg name "$1" '{name: $name, arch: "x86_64", page_size: 4096, config: "tiny", fs: "xfs", mkfs_options: "",
		mount_options: "noatime", block_size: 1024, memory_mb: 512, cpus: 2, numa_nodes: 2, cmdline: "",
		workload: "migrate-hot", workload_args: [], duration_s: 1, attempts_max: 3, build_limit_s: 60, boot_limit_s: 10,
		silence_limit_s: 10, attempt_limit_s: 120} | '"${2:-.}")
	post /api/v1/profiles "$json" >/dev/null
}

# tree_start: the stand-in's tree in $TREE, known to the server as `tiny`, fetched.
tree_start() {
	TREE=$WORK/tree
	"$REPO/ci/stand-in/tiny.sh" "$TREE" >/dev/null
	post /api/v1/trees "$(jq -nc --arg url "file://$TREE" '{name: "tiny", url: $url, branch: "main"}')" >/dev/null
	wait_for 20 'the first fetch of the tree' tree_has good
}

# tree_has NAME: the server knows this branch or tag.
tree_has() { [[ $(sql "select count(*) from tree_ref where name = '$1'") -gt 0 ]]; }

sha() { sha256sum "$1" | cut -d' ' -f1; }

# blob FILE: uploads it in pieces; its hash.
blob() {
	local file=$1 hash size offset=0
	hash=$(sha "$file")
	size=$(stat -c %s "$file")
	while ((offset < size)); do
		api PUT "/api/v1/blobs/$hash?offset=$offset&size=$size" -H 'Content-Type: application/octet-stream' \
			--data-binary @<(tail -c +$((offset + 1)) "$file" | head -c 1048576) >/dev/null
		offset=$((offset + 1048576))
	done
	printf '%s\n' "$hash"
}

# guest NAME <<SCRIPT: a stand-in kernel, uploaded; it is the shell script that the stand-in QEMU runs as its guest.
guest() {
	{
		printf '#!/bin/bash\n# %s\n' "$1"
		cat
	} >"$WORK/guest-$1"
	blob "$WORK/guest-$1"
}

# order JSON [CURL-OPTION…]: the run's number.
order() {
	local json=$1
	shift
	post /api/v1/runs "$json" "$@" | jq -e .run.id
}

# order_guest NAME PROFILE [JQ-CHANGE] <<SCRIPT: a run of a stand-in kernel; its number.
order_guest() {
	local name=$1 hash
	hash=$(guest "$name")
	order "$(jq -nc --arg name "$name" --arg hash "$hash" --arg profile "$2" \
		'{prebuilt: {release: ("6.1.0-" + $name), image: {sha256: $hash}}, profiles: [$profile]} | '"${3:-.}")"
}

run_json() { api GET "/api/v1/runs/$1"; }

# The run's newest attempt; empty when there is none.
attempt_of() {
	sql "select a.id from attempt a join job j on j.id = a.job_id where j.run_id = $1 order by a.id desc limit 1"
}

has_attempt() { [[ $(attempt_of "$1") ]]; }

run_is_over() {
	[[ $(sql "select bool_and(state in ('done', 'failed', 'lost', 'cancelled', 'expired')) from job where run_id = $1") == t ]]
}

# Background stages have done all they had to do; build logs are read once they are whole.
work_is_done() {
	[[ $(sql "select (select count(*) from work_item where tries < 3) + (select count(*) from stream where read_bytes < size_bytes and (name <> 'build' or is_complete))") == 0 ]]
}

# run_wait RUN [LIMIT_S]: all its jobs have ended and been measured.
run_wait() {
	[[ $1 ]] || fail 'there is no run'
	wait_for "${2:-30}" "run $1 to end" run_is_over "$1"
	wait_for 20 'the background stages' work_is_done
}

# The counts that pages of bugs read are what the attempts themselves give, whatever happened until now.
counts_are_true() {
	wait_for 20 'the background stages' work_is_done
	local counted
	counted=$(sql "select count(*) from tally")
	((counted > 0)) || fail 'nothing has been counted'
	equal "$(sql "(table tally except table tally_now) union all (table tally_now except table tally)")" '' 'counts of attempts'
	equal "$(sql "(table bug_tally except table bug_tally_now) union all (table bug_tally_now except table bug_tally)")" '' 'counts of bugs'
}

# ends RUN RESULT [LIMIT_S]: the run ends and its newest attempt has this result; prints the attempt.
ends() {
	local attempt result
	run_wait "$1" "${3:-30}"
	attempt=$(attempt_of "$1")
	result=$(api GET "/api/v1/attempts/$attempt" | jq -r '.attempt.result // .result')
	equal "$result" "$2" "result of attempt $attempt ($(api GET "/api/v1/attempts/$attempt" | head -c 1500))"
	printf '%s\n' "$attempt"
}

# stream ATTEMPT NAME FILE: its bytes, as they came.
stream() { curl -fsS -m 120 -o "$3" -H "Authorization: Bearer $TOKEN" "$URL/api/v1/attempts/$1/streams/$2"; }

# --- a runner by hand -------------------------------------------------------------------------------
readonly MACHINE=by-hand

register() {
	post /api/v1/runner/register "$(jq -nc --arg name "$MACHINE" '{machine: {name: $name, arch: "x86_64", cpus: 2, memory_mb: 4096,
		tags: ["arch:x86_64", "workload:migrate-hot"], runner_version: "0.1.0", kernel_release: "6.1.0",
		cpu_model: "stand-in", qemu_version: "7.2.22", compiler_version: null, disk_free_bytes: null}}')" >/dev/null
}

# crash ORDER FILE: the run that ORDER asks for ends with this console; prints the attempt when its reports are read.
crash() {
	local run attempt
	run=$(order "$1")
	attempt=$(crash_begin)
	crash_deliver "$attempt" 0 <"$2"
	crash_end "$attempt" "$(stat -c %s "$2")"
	run_wait "$run"
	printf '%s\n' "$attempt"
}

# crash_begin: the attempt of the job that is queued; prints it.
crash_begin() {
	local id
	id=$(cat /proc/sys/kernel/random/uuid)
	post /api/v1/runner/claim "$(jq -nc --arg m "$MACHINE" --arg id "$id" '{machine: $m, claim_id: $id, wait_s: 5}')" >/dev/null
	post /api/v1/runner/confirm "$(jq -nc --arg m "$MACHINE" --arg id "$id" '{machine: $m, claim_id: $id}')" | jq .attempt_id
}

# crash_deliver ATTEMPT OFFSET: more of its console, from standard input.
crash_deliver() { api PUT "/api/v1/runner/attempts/$1/streams/console?offset=$2" --data-binary @- >/dev/null; }

# crash_end ATTEMPT BYTES: it ends with so long a console.
crash_end() {
	post "/api/v1/runner/attempts/$1/result" "$(jq -nc --argjson size "$2" '{result: "crash", step: "workload", detail: null,
		steps: [{name: "boot", started_at: "2026-01-01T00:00:00Z", seconds: 1.5}], kernel_release: "6.1.0-x", page_size: 4096, accel: "tcg",
		build_seconds: null, is_built_from_cache: null, load_before: 0.1, load_during: 0.1, reproduce: "qemu", artifacts: [],
		streams: [{name: "console", size: $size}]}')" >/dev/null
}

# on TREE COMMIT: the order of one run.
on() { jq -nc --arg tree "$1" --arg commit "$2" '{tree: $tree, commit: $commit, profiles: ["standin"]}'; }

# --- runner -----------------------------------------------------------------------------------------
# runner_start [NAME] [OPTION…]: one with the stand-in QEMU. It is registered when this returns.
runner_start() {
	local name=${1:-runner}
	[[ $# -eq 0 ]] || shift
	start "$name" "$BIN/faultline-runner" --server "$URL" --token-file "$WORK/token" --state "$WORK/state-$name" \
		--share "$SHARE" --name "$name" --qemu "$REPO/ci/stand-in/qemu-system-x86_64" --limit-disk-mb 0 --accel tcg "$@"
	wait_for 20 "$name to register" runner_is_there "$name"
}

runner_is_there() { is_running "$1" && [[ $(sql "select count(*) from machine where name = '$1' and seen_at > now() - interval '1 minute'") == 1 ]]; }

# kernel_site SECONDS: a site whose runner has the real QEMU, the kernel in the folder $KERNEL uploaded, and the profile `real`
# with so much workload. order_kernel [JQ-CHANGE]: a run of that kernel; its number.
kernel_site() {
	local qemu
	[[ -f $KERNEL/release ]] || die "no kernel in $KERNEL: run ci/demo-kernel.sh $KERNEL"
	qemu=$(command -v qemu-system-x86_64) || die 'qemu-system-x86_64 is not installed'
	site_start
	profile real ".duration_s = $1 | .boot_limit_s = 120 | .silence_limit_s = 60 | .attempt_limit_s = 240"
	IMAGE=$(blob "$KERNEL/image")
	MODULES=$(blob "$KERNEL/modules.tar")
	# shellcheck disable=SC2086 # options are words
	runner_start runner --qemu "$qemu" ${RUNNER_OPTIONS:-}
}

order_kernel() {
	order "$(jq -nc --arg release "$(cat "$KERNEL/release")" --arg image "$IMAGE" --arg modules "$MODULES" \
		'{prebuilt: {release: $release, image: {sha256: $image}, modules: {sha256: $modules}}, profiles: ["real"]} | '"${1:-.}")"
}

# In the middle of a file: a test before may have stopped it, and failed before it was started again.
runner_ensure() { is_running "${1:-runner}" || runner_start "$@"; }

# samples_of ATTEMPT: the pairs of counters as the API has them.
samples_of() { api GET "/api/v1/attempts/$1/samples" | jq -c '[.sets[] | select(.keys | length == 2) | .v[]]'; }

# Guest programs, workloads and configs lie together, as `make install` puts them; in a work tree by links.
share_make() {
	SHARE=$WORK/share
	mkdir "$SHARE"
	ln -s "$REPO/build/guest" "$REPO/runner/configs" "$REPO/runner/workloads" "$SHARE/"
}
[[ ${SHARE:-} ]] || share_make

# --- running ----------------------------------------------------------------------------------------
# A file may say what stands before each of its tests.
before_each() { :; }

one_test() {
	local number=$1 function=$2 name result=0 started
	name=${function#test_}
	rm -f "$WORK/skip"
	started=$(now_ms)
	(
		set -e
		trap - EXIT
		before_each
		"$function"
	) >"$WORK/output" 2>&1
	result=$?
	if [[ $result -ne 0 ]]; then
		printf 'not ok %d - %s\n' "$number" "${name//_/ }"
		sed 's/^/#   /' "$WORK/output" >&2
		tail -n 5 "$WORK"/server.log "$WORK"/runner*.log 2>/dev/null | sed 's/^/#     /' >&2
	elif [[ -f $WORK/skip ]]; then
		printf 'ok %d - %s # SKIP %s\n' "$number" "${name//_/ }" "$(cat "$WORK/skip")"
		say "# left out: ${name//_/ }: $(cat "$WORK/skip")"
	else
		printf 'ok %d - %s # %d ms\n' "$number" "${name//_/ }" $(($(now_ms) - started))
		grep '^# ' "$WORK/output" >&2 # figures worth seeing
		result=0
	fi
	return "$result"
}

# The last test of each file: the programs end when asked, and no sanitizer has found anything in them.
test_the_programs_end_when_told_and_no_sanitizer_complains() {
	local file
	for file in "$WORK"/runner*.pid "$WORK"/server.pid; do
		[[ ! -f $file ]] || stop "$(basename "$file" .pid)"
	done
	if grep -hE -A 20 'ERROR: (Address|Leak|UndefinedBehavior)Sanitizer|runtime error:' "$WORK"/*.log; then
		fail 'a sanitizer complained'
	fi
}

run_tests() {
	local number=0 result=0 function pick=${1:-}
	local -a functions=()
	while read -r function; do
		[[ $function != *"${pick// /_}"* ]] || functions+=("$function")
	done < <(grep -oE '^test_[a-z0-9_]+' "$0")
	[[ ${#functions[@]} -gt 0 ]] || die "no test's name holds '$pick'"
	functions+=(test_the_programs_end_when_told_and_no_sanitizer_complains)
	printf '1..%d\n' "${#functions[@]}"
	# Not `one_test … || result=1`: within a condition bash ignores `set -e`, in subshells too, and a test that fails in its
	# middle would go on.
	set +e
	for function in "${functions[@]}"; do
		number=$((number + 1))
		one_test "$number" "$function"
		result=$((result | $?))
	done
	exit "$result"
}
