#!/bin/bash
# A private PostgreSQL cluster in a folder of its own, on a Unix socket only its user and root can reach.
#   start DIR               makes the cluster if absent, starts it, prints a libpq connection string
#   start --throwaway       the same in a new temporary folder, without syncing to disk: for tests
#   try CMD…                runs CMD with DATABASE_URL and PGHOST… set to a throw-away cluster, and removes that afterwards
#   stop DIR | status DIR   a throw-away cluster is removed by stop; status prints the string, or ends with 3
# Clusters made by Debian's packages are never looked at. Starting twice, and after kill -9, is fine.
set -euo pipefail
# shellcheck source=ci/lib.sh
. "$(dirname "$0")/lib.sh"

readonly SELF=$REPO/ci/postgres.sh
readonly SOCKET_NAME=.s.PGSQL.5432
readonly SOCKET_PATH_MAX=107 # sun_path holds 108 bytes, one of them the final zero
readonly START_LIMIT_S=60 # crash recovery of a large database takes the longest

usage() {
	sed -n '2,7s/^# \{0,1\}//p' "$SELF" >&2
	exit 2
}

# The programs of the version that made the cluster, else of the newest that is installed.
bin_folder() {
	local version
	if as_user test -e "$DIR/data/PG_VERSION"; then
		version=$(as_user cat "$DIR/data/PG_VERSION")
	else
		version=$(for d in /usr/lib/postgresql/*/bin/initdb; do [[ -x $d ]] && cut -d/ -f5 <<<"$d"; done | sort -n | tail -1)
	fi
	[[ $version && -x /usr/lib/postgresql/$version/bin/postgres ]] ||
		die "PostgreSQL ${version:-}is not installed: run ci/install.sh run"
	printf '/usr/lib/postgresql/%s/bin\n' "$version"
}

# The socket lies in DIR, unless that makes its path too long; then in a folder named after DIR and the user.
socket_folder() {
	local dir=$DIR
	if ((${#DIR} + 1 + ${#SOCKET_NAME} > SOCKET_PATH_MAX)); then
		dir=/tmp/faultline-$(as_user id -u)-$(sha256sum <<<"$DIR" | cut -c1-12)
		as_user mkdir -m 700 "$dir" 2>/dev/null || as_user test -O "$dir" -a ! -L "$dir" ||
			die "'$dir' belongs to somebody else"
	fi
	printf '%s\n' "$dir"
}

cluster_make() {
	local -a fast=()
	local out
	[[ ! -e $DIR/throwaway ]] || fast=(--no-sync)
	say "making a PostgreSQL cluster in $DIR/data"
	as_user rm -rf "$DIR/data.new"
	out=$(as_user "$BIN/initdb" -D "$DIR/data.new" -U faultline --encoding=UTF8 --locale=C.UTF-8 \
		--auth-local=trust --auth-host=reject "${fast[@]}" 2>&1) || die "initdb failed: $(tail -3 <<<"$out")"
	as_user mv "$DIR/data.new" "$DIR/data"
}

# After a crash or a reboot the number in postmaster.pid may have gone to another process of the same user;
# PostgreSQL then refuses to start for ever. A real postmaster works within its data folder.
pid_file_check() {
	local pid
	pid=$(as_user sed -n 1p "$DIR/data/postmaster.pid" 2>/dev/null) || return 0
	[[ $pid =~ ^[0-9]+$ && $(as_user readlink "/proc/$pid/cwd") == "$DIR/data" ]] ||
		as_user rm -f "$DIR/data/postmaster.pid"
}

# What the postmaster is started with. A throw-away cluster need not survive the machine.
settings() {
	printf '%s ' "-c unix_socket_directories='$SOCKET' -c unix_socket_permissions=0700" \
		"-c listen_addresses='' -p 5432"
	if [[ -e $DIR/throwaway ]]; then
		printf '%s ' '-c fsync=off -c synchronous_commit=off -c full_page_writes=off' \
			'-c shared_buffers=32MB -c max_wal_size=256MB'
	fi
}

is_running() {
	pid_file_check
	as_user "$BIN/pg_ctl" -D "$DIR/data" status >/dev/null 2>&1
}

answers() { as_user "$BIN/pg_isready" -q -h "$SOCKET"; }

connection() { printf 'host=%s user=faultline dbname=faultline\n' "$SOCKET"; }

# Tried again for a while: backends that outlive a killed postmaster hold its shared memory for a moment,
# and a postmaster that is there but does not answer may be on its way up or down.
postmaster_start() {
	local until_s=$((SECONDS + START_LIMIT_S))
	until answers; do
		as_user test -d "$DIR/data" || die "'$DIR/data' is gone"
		is_running || as_user "$BIN/pg_ctl" -D "$DIR/data" -l "$DIR/log" -s -w -t "$START_LIMIT_S" \
			-o "$(settings)" start >/dev/null 2>&1 9>&- || true
		if ((SECONDS >= until_s)); then
			die "PostgreSQL did not start; the end of $DIR/log: $(as_user tail -n 4 "$DIR/log")"
		fi
		answers || sleep 0.2
	done
}

database_make() {
	local sql="select 1 from pg_database where datname = 'faultline'"
	[[ $(as_user "$BIN/psql" -XAtq -h "$SOCKET" -U faultline -d postgres -c "$sql") == 1 ]] ||
		as_user "$BIN/createdb" -h "$SOCKET" -U faultline faultline
}

start() {
	folder_ensure "$DIR" 700
	cd "$DIR"
	as_user touch "$DIR/lock"
	exec 9<"$DIR/lock"
	flock -w "$START_LIMIT_S" 9 || die "another start of the cluster in '$DIR' goes on for too long"
	BIN=$(bin_folder)
	SOCKET=$(socket_folder)
	as_user test -e "$DIR/data/PG_VERSION" || cluster_make
	postmaster_start
	database_make
	connection
}

stop() {
	cd "$DIR" 2>/dev/null || die "no folder '$DIR'"
	local mode=fast
	[[ ! -e $DIR/throwaway ]] || mode=immediate
	if as_user test -e "$DIR/data/PG_VERSION"; then
		BIN=$(bin_folder)
		! is_running || as_user "$BIN/pg_ctl" -D "$DIR/data" -s -w -t "$START_LIMIT_S" -m "$mode" stop
	fi
	if [[ -e $DIR/throwaway ]]; then
		cd /
		as_user rm -rf -- "$DIR"
	fi
}

status() {
	as_user test -e "$DIR/data/PG_VERSION" || exit 3
	cd "$DIR"
	BIN=$(bin_folder)
	SOCKET=$(socket_folder)
	is_running && connection || exit 3
}

# What a killed `try` left behind: its folder holds the number of a process that is no more.
orphans_remove() {
	local mark pid
	for mark in "${TMPDIR:-/tmp}"/faultline-pg.*/throwaway; do
		pid=$(as_user cat "$mark" 2>/dev/null) || continue
		[[ -z $pid || -e /proc/$pid ]] || "$SELF" stop "${mark%/*}" || true
	done
}

throwaway_folder() {
	cd /
	user_ensure
	DIR=$(as_user mktemp -d "${TMPDIR:-/tmp}/faultline-pg.XXXXXX")
	as_user tee "$DIR/throwaway" <<<"${1:-}" >/dev/null
}

try() {
	local here=$PWD result=0
	orphans_remove
	throwaway_folder $$
	# shellcheck disable=SC2064 # DIR as it is now
	trap "cd /; '$SELF' stop '$DIR'" EXIT
	DATABASE_URL=$(start)
	export DATABASE_URL PGHOST=${DATABASE_URL#host=} PGUSER=faultline PGDATABASE=faultline
	PGHOST=${PGHOST%% *}
	cd "$here"
	"$@" || result=$?
	exit "$result"
}

main() {
	[[ $# -ge 2 ]] || usage
	local command=$1
	shift
	case $command in
	try) try "$@" ;;
	start)
		if [[ $1 == --throwaway ]]; then throwaway_folder; else DIR=$(realpath -m -- "$1"); fi
		start
		;;
	stop | status)
		DIR=$(realpath -m -- "$1")
		"$command"
		;;
	*) usage ;;
	esac
}

main "$@"
