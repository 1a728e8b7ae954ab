# shellcheck shell=bash
# What the scripts of ci/ share; sourced, never run: `. "$(dirname "$0")/lib.sh"`.
# Decision: what root starts (PostgreSQL, server, runner, kernel builds, QEMU) runs as the system user
# `faultline`, since PostgreSQL refuses root and nothing else needs it. Anyone else's runs as themselves.
# Data lie in one folder, $STATE; setting STATE in the environment moves it.

# shellcheck disable=SC2034 # for those who source this
REPO=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
FAULTLINE_HOME=/var/lib/faultline
FAULTLINE_ACCOUNT=faultline

# Lines for people go to standard error; standard output is for answers.
say() { printf '%s\n' "$*" >&2; }

die() {
	say "${0##*/}: $*"
	exit 1
}

# This machine's architecture, in the words of profiles.
arch_own() { uname -m | sed 's/aarch64/arm64/'; }

# arch_foreign [ARCHES]: those of the list, or of all, that are not this machine's, in one line.
arch_foreign() {
	local arch
	for arch in ${1:-arm64 ppc64le x86_64}; do
		[[ $arch == "$(arch_own)" ]] || printf '%s\n' "$arch"
	done | paste -sd' '
}

is_root() { [[ $EUID -eq 0 ]]; }

# Where data are kept unless STATE says otherwise.
state_default() {
	if is_root; then
		printf '%s\n' "$FAULTLINE_HOME"
	else
		printf '%s\n' "${XDG_STATE_HOME:-$HOME/.local/state}/faultline"
	fi
}
STATE=${STATE:-$(state_default)}

# The name of the user that as_user runs things as.
user_name() { if is_root; then printf '%s\n' "$FAULTLINE_ACCOUNT"; else id -un; fi; }

# Makes the system user, as root and where it is missing. Two scripts may get here at once, so a lost race is fine.
user_ensure() {
	! is_root || getent passwd "$FAULTLINE_ACCOUNT" >/dev/null && return
	say "making the system user '$FAULTLINE_ACCOUNT' (nothing of Faultline runs as root)"
	useradd --system --user-group --home-dir "$FAULTLINE_HOME" --no-create-home \
		--shell /usr/sbin/nologin "$FAULTLINE_ACCOUNT" ||
		getent passwd "$FAULTLINE_ACCOUNT" >/dev/null || die "cannot make the user '$FAULTLINE_ACCOUNT'"
}

# as_user CMD…: runs CMD with no more rights than Faultline needs; environment and working folder stay, but for HOME.
# AS_USER_DIES=1 sends CMD a SIGTERM when the calling process ends, however it ends; AS_USER_EXEC=1 puts CMD in place of
# the calling (sub)shell, so that in `AS_USER_EXEC=1 as_user CMD &` $! is CMD itself.
as_user() {
	local -a drop=()
	if is_root; then
		user_ensure
		drop=(--reuid "$FAULTLINE_ACCOUNT" --regid "$FAULTLINE_ACCOUNT" --init-groups
			--inh-caps=-all --bounding-set=-all --no-new-privs)
	fi
	if [[ ${AS_USER_DIES:-} ]]; then
		drop+=(--pdeathsig TERM)
	fi
	local -a words=(env -u AS_USER_DIES -u AS_USER_EXEC)
	! is_root || words+=("HOME=$STATE" "USER=$FAULTLINE_ACCOUNT" "LOGNAME=$FAULTLINE_ACCOUNT")
	[[ ${#drop[@]} -eq 0 ]] || words+=(setpriv "${drop[@]}" --)
	if [[ ${AS_USER_EXEC:-} ]]; then
		exec "${words[@]}" "$@"
	fi
	"${words[@]}" "$@"
}

# --- programs that run beside a script ----------------------------------------------------------------
# A tenth of a second without a process.
pause() { read -rt 0.1 <> <(:) || :; }

# program_start LOG CMD…: in the background as_user, its words added to LOG; PROGRAM_PID is its number.
# With AS_USER_DIES=1 before it, it ends when the calling (sub)shell does; with setsid before CMD, Ctrl-C reaches the script
# alone, which then chooses the order.
program_start() {
	local log=$1
	shift
	AS_USER_EXEC=1 as_user "$@" >>"$log" 2>&1 </dev/null &
	PROGRAM_PID=$!
}

# A zombie is gone too, since its parent may be a shell that is busy; but not while threads of it end, which hold its files' locks.
program_runs() {
	local state
	local -a threads
	state=$(sed -n 's/^State:[[:space:]]*\(.\).*/\1/p' "/proc/$1/status" 2>/dev/null) || return 1
	threads=("/proc/$1/task"/*)
	[[ $state && ($state != Z || ${#threads[@]} -gt 1) ]]
}

# program_stop PID LIMIT_S [SIGNAL]: asks it to end and waits; one that does not end in time is killed, and that is told by 1.
program_stop() {
	local pid=$1 until=$((SECONDS + $2))
	kill -"${3:-TERM}" "$pid" 2>/dev/null || return 0
	while program_runs "$pid"; do
		if ((SECONDS > until)); then
			kill -KILL "$pid" 2>/dev/null || :
			return 1
		fi
		pause
	done
}

# A port of 127.0.0.1 that nobody listens on.
port_free() { /usr/bin/python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# server_answers [URL]: it is up and well.
server_answers() { curl -fsS -m 5 "${1:-$URL}/api/v1/health" >/dev/null 2>&1; }

# server_wait PID URL LOG LIMIT_S: until the server answers; its last words if it ends before, or takes longer.
server_wait() {
	local until=$((SECONDS + $4))
	until server_answers "$2"; do
		if ! program_runs "$1" || ((SECONDS > until)); then
			die "the server does not answer on $2; its last words:
$(tail -n 5 "$3")"
		fi
		pause
	done
}

# folder_ensure DIR [MODE]: DIR exists and as_user can write to it. Folders above it are made with mode 755;
# a folder that is there already keeps its owner, and is refused if that one does not suit.
folder_ensure() {
	local dir=$1 mode=${2:-755}
	if [[ ! -d $dir ]]; then
		mkdir -p -- "$(dirname -- "$dir")"
		user_ensure
		if is_root; then
			install -d -m "$mode" -o "$FAULTLINE_ACCOUNT" -g "$FAULTLINE_ACCOUNT" -- "$dir"
		else
			install -d -m "$mode" -- "$dir"
		fi
	fi
	as_user test -w "$dir" -a -x "$dir" || die "user '$(user_name)' cannot write to '$dir'"
}

# state_ensure: the state folder exists.
state_ensure() { folder_ensure "$STATE" 755; }

# seconds_text S: 75 → 1:15.
seconds_text() { printf '%d:%02d\n' $(($1 / 60)) $(($1 % 60)); }
