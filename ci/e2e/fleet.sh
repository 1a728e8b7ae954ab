#!/bin/bash
# Fifty stand-in runners against two servers and two workers. Any of these is killed at any moment, PostgreSQL too, while the
# jobs are done; then the database must prove that each job came to an end, and each attempt whose result was acknowledged is
# there once, whole, and counted once.
#   JOBS=500 KILLS=60 make test T=e2e/fleet     the long one, as `make soak` has it
# shellcheck source=ci/e2e/lib.sh
. "$(dirname "$0")/lib.sh"

JOBS=${JOBS:-90} KILLS=${KILLS:-8} RUNNERS=${RUNNERS:-50}
readonly EACH=$((JOBS / 3)) RARE=10 HASTY=$((JOBS / 5)) PROCESSES=(serve0 serve1 work0 work1) LIMIT_S=$((60 + JOBS))
RANDOM=${CHAOS_SEED:-1}

# launch serve0 | serve1 | work0 | work1
launch() {
	local kind=${1%[01]} number=${1: -1}
	case $kind in
	serve) start "$1" "$BIN/faultline-server" serve --listen "127.0.0.1:${PORTS[number]}" --state "$WORK/$1" --confirm 3 --lease 4 ;;
	work) start "$1" "$BIN/faultline-server" work --state "$WORK/$1" --golden-every-hours 0 --golden-every-jobs 0 ;;
	esac
}

kill_one() {
	local name=${PROCESSES[RANDOM % ${#PROCESSES[@]}]}
	say "kill $name"
	stop "$name" KILL
	launch "$name"
}

kill_postgres() {
	say 'kill PostgreSQL'
	kill -KILL "$(head -n 1 "$WORK/pg/data/postmaster.pid")" 2>/dev/null || :
	cluster_start
}

# Each must come up, whatever was killed while it started.
servers_wait() {
	local number
	for number in 0 1; do
		server_wait "$(pid_of "serve$number")" "${URLS[number]}" "$WORK/serve$number.log" 60
	done
}

acknowledged() { wc -l <"$WORK/fleet.log"; }
has_done() { (($(acknowledged) >= $1)); }
all_ended() { equal "$(sql "select count(*) from job where state in ('queued', 'leased', 'running')")" 0 'open jobs'; }
all_measured() { equal "$(sql 'select count(*) from work_item')" 0 'work left'; }

# none WHAT SELECT: no row is such.
none() { equal "$(sql "select coalesce(string_agg(x::text, ', '), '') from ($2 limit 10) x")" '' "$1"; }

test_every_job_ends_and_every_result_counts_once() {
	local i killed=0
	TOKEN=$TOKEN_RUNNER start fleet env PYTHONDONTWRITEBYTECODE=1 python3 "$REPO/ci/e2e/fleet.py" "$RUNNERS" "${URLS[@]}"
	for ((i = 0; i < 3; i++)); do
		TOKEN=$TOKEN_TRIGGER order_guest "fleet-$i" fleet ".repeats = $EACH" <<<'hello; result done' >/dev/null
	done
	# No machine has the tag of these; and those may be taken or not before they have waited too long, also when they are queued again.
	TOKEN=$TOKEN_TRIGGER order_guest fleet-rare fleet ".repeats = $RARE | .tags = [\"rare\"] | .queue_limit_s = 1" <<<'hello; result done' >/dev/null
	TOKEN=$TOKEN_TRIGGER order_guest fleet-hasty fleet ".repeats = $HASTY | .queue_limit_s = 1" <<<'hello; result done' >/dev/null
	# Kills are spread over the work: each when so many more results are in.
	while ((killed < KILLS)); do
		wait_for "$LIMIT_S" 'results' has_done $((JOBS * 8 * killed / (10 * KILLS)))
		if ((++killed % 4 == 0)); then kill_postgres; else kill_one; fi
	done
	wait_for "$LIMIT_S" 'all jobs to end' all_ended
	stop fleet
	servers_wait
	wait_for 60 'all results to be measured' all_measured
	prove
}

prove() {
	local wrong
	printf '# %s\n' "$(sql "select string_agg(n || ' jobs ' || state, ', ' order by n desc) from (select state, count(*) as n from job group by 1) s"), $KILLS kills, $(acknowledged) results acknowledged; attempts: $(sql "select string_agg(state || case when is_late then ' late' else '' end || ' ' || n, ', ') from (select state, is_late, count(*) as n from attempt group by 1, 2 order by 3 desc) s")"
	equal "$(sql 'select count(*) from job')" $((EACH * 3 + RARE + HASTY)) jobs
	none 'jobs without an end' "select id, state from job where state not in ('done', 'lost', 'failed', 'expired') or ended_at is null"
	none 'jobs given up without a limit, before it, or while an attempt had them' "select j.id from job j left join attempt a on a.job_id = j.id where j.state = 'expired' and (j.queue_limit_s is null or j.ended_at < j.expires_at or a.state = 'done' and not a.is_late)"
	none 'jobs that no machine could take, and yet not given up' "select j.id from job j join run r on r.id = j.run_id where '{rare}' <@ r.tags and (j.state <> 'expired' or j.attempts > 0)"
	none 'attempts that still run' "select id from attempt where state = 'running'"
	none 'jobs whose attempts are not numbered one by one' "select j.id from job j left join attempt a on a.job_id = j.id group by j.id having count(a.id) <> j.attempts or max(a.number) <> j.attempts"
	none 'jobs that are done but by one attempt' "select j.id from job j left join attempt a on a.job_id = j.id and a.state = 'done' and not a.is_late where j.state = 'done' group by j.id having count(a.id) > 1"
	none 'done jobs without a result' "select j.id from job j where j.state = 'done' and not exists (select from attempt a where a.job_id = j.id and a.result = 'clean')"
	# What runners were told is kept, against what is there.
	jq -r '[.attempt, .console] | @tsv' "$WORK/fleet.log" | sort -u >"$WORK/acknowledged"
	equal "$(cut -f1 "$WORK/acknowledged" | uniq -d)" '' 'attempts acknowledged twice'
	wrong=$(comm -23 <(cut -f1 "$WORK/acknowledged" | sort) <(sql "select id from attempt where result = 'clean'" | sort))
	equal "$wrong" '' 'acknowledged attempts without their result'
	consoles
	none 'attempts without all of their samples' "select a.id from attempt a left join sample s on s.attempt_id = a.id where a.result = 'clean' group by a.id having count(s.*) <> 30"
	none 'attempts whose exposure is not what was done' "select id, exposure from attempt where result = 'clean' and exposure is distinct from 29 * 101"
	none 'attempts that count twice in a series, or not' "select a.id from attempt a left join point p on p.attempt_id = a.id and p.series_id in (select id from series where metric = 'fail_ratio') where a.result = 'clean' group by a.id having count(p.*) <> 1"
	none 'shares that are not zero' 'select id, active from share where active <> 0'
}

# Each acknowledged console, byte by byte.
consoles() {
	local attempt hash
	while IFS=$'\t' read -r attempt hash; do
		download "/api/v1/attempts/$attempt/streams/console" "$WORK/console"
		equal "$(sha256sum <"$WORK/console" | cut -c-64)" "$hash" "console of attempt $attempt"
	done <"$WORK/acknowledged"
}

cluster_start
PORTS=("$(port_free)" "$(port_free)")
URLS=("http://127.0.0.1:${PORTS[0]}" "http://127.0.0.1:${PORTS[1]}")
URL=${URLS[0]}
"$BIN/faultline-server" migrate >>"$WORK/server.log" 2>&1 || fail "migrate: $(tail -n 20 "$WORK/server.log")"
TOKEN_RUNNER=$(token runner e2e-runner)
TOKEN_TRIGGER=$(token trigger e2e-trigger)
TOKEN=$TOKEN_TRIGGER
for process in "${PROCESSES[@]}"; do
	launch "$process"
done
servers_wait
profile fleet '.attempts_max = 10'
run_tests "$@"
