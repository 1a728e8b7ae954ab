#!/bin/bash
# Server, PostgreSQL and runners are killed again and again while jobs run: each job ends with one clean attempt that is
# whole, and nothing is left over. An outage of server or PostgreSQL alone costs no attempt.
#   CHAOS_S=300 make test T=e2e/chaos     for five minutes
# shellcheck source=ci/e2e/lib.sh
. "$(dirname "$0")/lib.sh"

CHAOS_S=${CHAOS_S:-20} JOBS=${JOBS:-12}
RANDOM=${CHAOS_SEED:-1}

# A guest that speaks for some seconds.
slow() {
	cat <<-'SH'
		hello
		phase workload
		sample 0 0
		for i in {1..30}; do
			console "line $i"
			sample $((i * 10)) $i
			read -rt 0.1 <> <(:) || :
		done
		result done
	SH
}

kill_postgres() {
	kill -KILL "$(head -n 1 "$WORK/pg/data/postmaster.pid")" 2>/dev/null || :
	cluster_start
}

kill_server() {
	stop server KILL
	server_start --lease 5
}

# pauses the server: nobody hears that it is away.
freeze_server() {
	kill -STOP "$(pid_of server)"
	for _ in {1..30}; do pause; done
	kill -CONT "$(pid_of server)"
}

kill_runner() {
	local name=runner$((RANDOM % 2))
	stop "$name" KILL
	runner_start "$name"
}

stop_runner() {
	local name=runner$((RANDOM % 2))
	stop "$name"
	runner_start "$name"
}

test_outages_cost_no_attempt() {
	chaos kill_server kill_postgres freeze_server
	equal "$(sql "select count(*) from attempt where state <> 'done'")" 0 'attempts that are not done'
}

test_jobs_outlive_their_runners() { chaos kill_server kill_postgres freeze_server kill_runner stop_runner; }

# chaos ACTION…
chaos() {
	local run i action until_s
	local -a runs=() actions=("$@")
	for ((i = 0; i < JOBS; i++)); do
		runs+=("$(slow | order_guest "chaos-$i" chaos)")
	done
	until_s=$((SECONDS + CHAOS_S))
	while ((SECONDS < until_s)); do
		action=${actions[RANDOM % ${#actions[@]}]}
		say "$action"
		"$action"
		for ((i = RANDOM % 30; i > 0; i--)); do pause; done
		for run in "${runs[@]}"; do
			if ! ((RANDOM % 4)) && (run_is_over "$run") 2>/dev/null; then
				runs+=("$(slow | order_guest "chaos-$RANDOM-$SECONDS" chaos)")
				break
			fi
		done
	done
	for run in "${runs[@]}"; do
		run_wait "$run" 180
		whole "$run"
	done
	say "${#runs[@]} runs; attempts: $(sql "select string_agg(state || ' ' || coalesce(result, 'none') || ' ' || n, ', ') from (select state, result, count(*) as n from attempt group by 1, 2 order by 3 desc) s")"
	equal "$(find "$WORK"/state-runner?/spool -mindepth 1 -maxdepth 1)" '' 'what spools still hold'
}

# The run's job is done with a clean attempt, which has all it said.
whole() {
	local attempt
	attempt=$(sql "select a.id from attempt a join job j on j.id = a.job_id where j.run_id = $1 and a.state = 'done' and a.result = 'clean' and j.state = 'done'")
	[[ $attempt =~ ^[0-9]+$ ]] || fail "run $1 has not one clean attempt but '$attempt': $(sql "select a.id, a.state, a.result, a.is_late, a.detail from attempt a join job j on j.id = a.job_id where j.run_id = $1")"
	stream "$attempt" console "$WORK/console"
	equal "$(grep -ac '^line' "$WORK/console")" 30 "lines of attempt $attempt"
	equal "$(api GET "/api/v1/attempts/$attempt" | jq '(.attempt // .).exposure')" 330 "exposure of attempt $attempt"
}

site_start --lease 5
profile chaos '.attempts_max = 10 | .silence_limit_s = 60 | .boot_limit_s = 60'
runner_start runner0
runner_start runner1
run_tests "$@"
