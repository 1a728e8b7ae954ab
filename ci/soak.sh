#!/bin/bash
# `make soak`: what takes too long for `make test`. The arithmetic's simulated error rates. The full demo from nothing in a folder of its own, until
# what it planted is told; then the distribution's kernel many times over (TIMES=50), watching that server and runner neither grow nor leave anything behind;
# then cc1 on xfs for ten minutes on each architecture (COMPILE_S=600);
# then everything is killed while jobs run, with a few runners and with fifty, and requests are made at random. At last figures over all architectures (ARCHES=):
# how many of TRIES=100 first attempts catch the planted BUG, how long one commit takes, and how many of SEARCHES=20 times unattended searches name
# the planted commit and its fix (begun again, tries and searches go on). They use the site of `make run` and its kernels, so nothing else may run on
# it; a busy machine catches less.
set -euo pipefail
# shellcheck source=ci/lib.sh
. "$(dirname "$0")/lib.sh"

readonly DEMO_LIMIT_S=9000 # three architectures
PARTS=${PARTS:-stats demo kernels compile chaos fleet fuzz tries minutes searches}
SOAK=''

clean_up() {
	[[ ! $SOAK ]] || rm -rf -- "$SOAK"
}

# What the arithmetic promises, on 10,000 to 100,000 draws each: a minute of one core; searches of 1,000 planted culprits in each of
# 40 settings, which nobody has seen (SEED=, the date's): a quarter of an hour more.
stats() {
	make -s -C "$REPO" build/stats-bench build/faultline-server
	"$REPO/build/stats-bench" rates && "$REPO/build/faultline-server" bisect-sim --histories 1000 --seed "${SEED:-$(date -u +%Y%m%d)}" --check
}

# The build cache and the downloads of earlier runs are not looked at: this is what a newcomer gets.
demo() {
	local result=0
	user_ensure
	SOAK=$(as_user mktemp -d "${TMPDIR:-/var/tmp}/faultline-soak.XXXXXX")
	say "the whole demo from nothing, in $SOAK"
	STATE=$SOAK/state LISTEN=127.0.0.1:${PORT:-8099} DEMO=alerts timeout --foreground "$DEMO_LIMIT_S" "$REPO/ci/run.sh" || result=$?
	say "the demo ended with $result after $(seconds_text "$SECONDS")"
	return "$result"
}

kernels() { "$REPO/ci/test.sh" e2e/soak; }

# The thread's own workload, on this machine's architecture and on the others: COMPILE_S seconds of cc1 on xfs on each.
compile() {
	export COMPILE_S=${COMPILE_S:-600}
	"$REPO/ci/test.sh" e2e/real-workloads cc1
	"$REPO/ci/test.sh" e2e/foreign-kernel cc1
}

# Everything is killed while jobs run; random requests for ten minutes.
chaos() { CHAOS_S=${CHAOS_S:-300} "$REPO/ci/test.sh" e2e/chaos; }
# Fifty stand-in runners, two servers, two workers and PostgreSQL, 60 kills.
fleet() { JOBS=${JOBS:-500} KILLS=${KILLS:-60} "$REPO/ci/test.sh" e2e/fleet; }
fuzz() { FUZZ_S=${FUZZ_S:-600} "$REPO/ci/test.sh" e2e/hostile random; }

tries() { TIMES=${TRIES:-100} figure tries; }
minutes() { figure minutes; }
searches() { TIMES=${SEARCHES:-20} figure searches; }
figure() { DEMO=$1 ARCHES=${ARCHES:-all} LISTEN=127.0.0.1:${PORT:-8099} "$REPO/ci/run.sh"; }

trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
for part in $PARTS; do
	"$part"
done
