#!/bin/bash
# Workloads are folders: an operator adds one without touching C, is told what is wrong with it, and a profile's arguments are
# checked when it is added, and before anything is booted.
# shellcheck source=ci/e2e/lib.sh
. "$(dirname "$0")/lib.sh"

# own NAME <<MANIFEST: a workload of the operator's, whose program is a script.
own() {
	mkdir -p "$WORK/own/$1"
	cat >"$WORK/own/$1/manifest.json"
	printf '#!/bin/sh\nexit 0\n' >"$WORK/own/$1/work"
	chmod +x "$WORK/own/$1/work"
}

workloads() { "$BIN/faultline-runner" workloads --share "$SHARE" --workloads "$WORK/own" "$@"; }

# A guest that says its orders on the console and ends well.
order_telling() {
	order_guest "tells-$1" "$1" <<-'GUEST'
		hello
		console "orders: $ORDERS"
		phase mount; phase prepare; phase workload; sample 0 0; sample 100 0
		line '{"type":"progress","t":1,"done":7,"of":9}'
		result done
	GUEST
}

test_a_folder_of_the_operators_own_runs_without_any_change_of_the_program() {
	local attempt
	profile mine '.workload = "mine" | .workload_args = ["pause=2s", "kind=loud"]'
	attempt=$(ends "$(order_telling mine)" clean)
	shows "/attempts/$attempt" '7 rounds'
	console_shows "$attempt" 'workload=mine program=/workloads/work progress=pipe' 'args=-n,3,-p,2000,--kind=loud'
	shows /machines/runner workload:mine
}

test_the_command_lists_what_there_is() {
	local list
	list=$(workloads)
	holds "$list" 'mine: for this test'
	holds "$list" 'pause          duration, 1s; between two rounds'
	holds "$list" 'migrate-hot: Two small preaders'
	holds "$list" 'readers        int, 2 (0 to 64); workers that pread'
	holds "$(workloads mine)" 'choice, quiet (quiet, loud)'
	[[ $(workloads mine) != *migrate-hot* ]] || fail 'a name picks one'
}

test_a_manifest_that_is_wrong_is_told_with_file_and_line() {
	own wrong <<-'MANIFEST'
		{
		  "name": "wrong",
		  "summary": "s",
		  "program": "work",
		  "progres": "time"
		}
	MANIFEST
	! workloads >"$WORK/list" 2>"$WORK/said" || fail 'a wrong manifest passed'
	holds "$(cat "$WORK/said")" "$WORK/own/wrong/manifest.json:5: unknown key \"progres\"; there are arguments"
	holds "$(cat "$WORK/list")" 'mine: for this test' # the others are listed all the same
	! workloads "$WORK/own/wrong/" 2>"$WORK/said" || fail 'a wrong folder passed'
	holds "$(cat "$WORK/said")" 'manifest.json:5:'
	! workloads nowhere 2>"$WORK/said" || fail 'a workload that is not there passed'
	holds "$(cat "$WORK/said")" "no workload 'nowhere'"
	rm -r "$WORK/own/wrong"
}

# refuse_profile ARGUMENT SAID: no machine that holds the workload would take it.
refuse_profile() {
	refused 400 POST /api/v1/profiles -H 'Content-Type: application/json' --data-binary "$(jq -nc --arg a "$1" \
		'{name: "bad", arch: "x86_64", workload: "mine", workload_args: [$a], duration_s: 1}')"
	holds "$BODY" "$2"
}

test_a_profile_that_no_machine_could_run_is_refused_when_it_is_added() {
	refuse_profile pause=soon "field 'workload_args' does not fit workload 'mine': argument 'pause' takes a duration, such as 500ms, 10s, 5m or 2h, not 'soon'"
	refuse_profile kind=shy "takes one of quiet, loud, not 'shy'"
	refuse_profile paus=1s "there is no argument 'paus=1s'"
	equal "$(sql "select count(*) from profile where name = 'bad'")" 0 'profiles'
}

test_the_machines_page_shows_its_workloads() {
	shows /machines/runner 'for this test, for ' 'pause duration = 1s' 'kind choice = quiet'
}

test_a_workload_that_no_machine_holds_is_said_to_be_so() {
	post /api/v1/profiles '{"name": "later", "arch": "x86_64", "workload": "later", "workload_args": ["n=x"], "duration_s": 1}' >"$WORK/answer"
	equal "$(jq -c .warnings "$WORK/answer")" "[\"no machine has said that it holds the workload 'later' for x86_64\"]"
}

# The manifest changes behind the profile: the runner looks for itself.
test_arguments_that_do_not_fit_end_the_attempt_before_anything_is_booted() {
	local attempt manifest=$WORK/own/mine/manifest.json
	profile many '.workload = "mine" | .workload_args = ["n=9"]'
	sed -i 's/"default": 3/"default": 3, "max": 5/' "$manifest"
	attempt=$(ends "$(order_telling many)" workload_error)
	shows "/attempts/$attempt" "workload 'mine': argument 'n' takes a whole number from -2147483648 to 5, not '9'"
	equal "$(sql "select count(*) from attempt_step where attempt_id = $attempt and name = 'boot'")" 0 'boots'
	sed -i 's/, "max": 5//' "$manifest"
}

test_what_a_workload_needs_is_asked_of_the_profile() {
	local attempt
	profile one-node '.workload = "mine" | .numa_nodes = 1'
	attempt=$(ends "$(order_telling one-node)" workload_error)
	shows "/attempts/$attempt" "workload 'mine' needs 2 NUMA nodes, the profile has 1"
}

own mine <<-'MANIFEST'
	{
	  "name": "mine",
	  "summary": "for this test",
	  "program": "work",
	  "needs": {"numa_nodes": 2, "file_systems": ["xfs"]},
	  "progress": "pipe",
	  "unit": "rounds",
	  "arguments": [
	    {"name": "n", "flag": "-n", "type": "int", "default": 3, "help": "rounds"},
	    {"name": "pause", "flag": "-p", "type": "duration", "unit": "ms", "default": "1s", "help": "between two rounds"},
	    {"name": "kind", "flag": "--kind=", "type": "choice", "choices": ["quiet", "loud"], "default": "quiet", "help": "how"}
	  ]
	}
MANIFEST
site_start
runner_start runner --workloads "$WORK/own"
run_tests "$@"
