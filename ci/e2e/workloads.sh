#!/bin/bash
# Workloads are folders: an operator adds one without touching C, is told what is wrong with it, and a profile's arguments are
# checked before anything is built or booted.
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

test_arguments_that_do_not_fit_end_the_attempt_before_anything_is_booted() {
	local attempt
	profile pause '.workload = "mine" | .workload_args = ["pause=soon"]'
	attempt=$(ends "$(order_telling pause)" workload_error)
	shows "/attempts/$attempt" "workload 'mine': argument 'pause' takes a duration, such as 500ms, 10s, 5m or 2h, not 'soon'"
	profile unknown '.workload = "mine" | .workload_args = ["paus=1s"]'
	attempt=$(ends "$(order_telling unknown)" workload_error)
	shows "/attempts/$attempt" "there is no argument 'paus=1s'"
	equal "$(sql "select count(*) from attempt_step where attempt_id = $attempt and name = 'boot'")" 0 'boots'
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
