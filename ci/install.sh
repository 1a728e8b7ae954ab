#!/bin/bash
# ci/install.sh GROUP…: what the groups need and the machine lacks is installed from Debian's packages,
# and for `web` from npm (web/package.json). Groups: build, run, kernel, package, test, web, browser; and arm64, ppc64le, x86_64: what this
# machine needs to build and emulate kernels of another architecture (of its own: nothing); cross: emulation of their programs.
# Says nothing and takes a tenth of a second when nothing is missing. Recommended packages are left out.
set -euo pipefail
# shellcheck source=ci/lib.sh
. "$(dirname "$0")/lib.sh"

readonly LOCK_LIMIT_S=300 # somebody else's apt may be at work
readonly NO_CLUSTER=/etc/postgresql-common/createcluster.d/zz-faultline.conf

# Groups, package, and a command that stands for the package where it came from elsewhere.
packages() {
	cat <<-'TABLE'
		run         bubblewrap
		run         ca-certificates
		run         cpio
		run         curl
		run         e2fsprogs
		run         git
		run         jq
		run         kmod
		run         mmdebstrap
		run         postgresql-15
		run         @qemu
		run         qemu-utils
		run         stress-ng
		run         util-linux
		run         xfsprogs
		run         zstd
		build       gcc
		build       libc6-dev
		build       libcurl4-openssl-dev
		build       libgsl-dev
		build       libjansson-dev
		build       libmicrohttpd-dev
		build       libpcre2-dev
		build       libpq-dev
		build       libssl-dev
		build       libyajl-dev
		build       make
		build       pkg-config
		build       zlib1g-dev
		kernel      bc
		kernel      bison
		kernel      bubblewrap
		kernel      ccache
		kernel      flex
		kernel      gcc
		kernel      git
		kernel      libc6-dev
		kernel      libelf-dev
		kernel      libssl-dev
		kernel      linux-source-6.1
		kernel      make
		kernel      python3
		kernel      xz-utils
		arm64       gcc-aarch64-linux-gnu
		arm64       libc6-dev-arm64-cross
		arm64       qemu-system-arm
		ppc64le     gcc-powerpc64le-linux-gnu
		ppc64le     libc6-dev-ppc64el-cross
		ppc64le     qemu-system-ppc
		x86_64      gcc-x86-64-linux-gnu
		x86_64      libc6-dev-amd64-cross
		x86_64      qemu-system-x86
		cross       qemu-user-static
		package     dpkg-dev
		package     xz-utils
		test        bubblewrap
		test        clang
		test        clang-format
		test        curl
		test        git
		test        jq
		test        libclang-rt-14-dev
		test        libcmocka-dev
		test        postgresql-15
		test        python3
		test        python3-aiosmtpd
		test        prometheus  promtool
		test        python3-feedparser
		test        python3-requests
		test        scdoc
		test        shellcheck
		test        webhook
		web         nodejs      node
		web         npm         npm
		bench       nodejs      node
		bench       npm         npm
		browser     chromium
		browser     fonts-dejavu-core
		browser     nodejs      node
		browser     npm         npm
	TABLE
}

# What differs from host to host: its own QEMU, and no cross compiler for itself.
packages_here() {
	local own qemu
	own=$(arch_own)
	case $own in arm64) qemu=arm ;; ppc64le) qemu=ppc ;; *) qemu=x86 ;; esac
	packages | sed "s/@qemu/qemu-system-$qemu/" | sed -E "/^$own +(gcc|libc6-dev)-/d"
}

# missing GROUP…: the packages of these groups that are not installed, one a line.
missing() {
	local package command
	local -A wanted=() installed=()
	while read -r _ package command; do
		[[ $command ]] && command -v "$command" >/dev/null || wanted[$package]=1
	done < <(packages_here | grep -E "^($(IFS='|'; echo "$*")) ")
	while read -r package _; do
		installed[$package]=1
	done < <(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "${!wanted[@]}" 2>/dev/null | grep ' installed$')
	for package in "${!wanted[@]}"; do
		[[ ${installed[$package]:-} ]] || echo "$package"
	done | sort
}

as_root() {
	if is_root; then
		"$@"
	else
		command -v sudo >/dev/null || die "packages are missing, and neither root nor sudo is here to install them"
		sudo -- "$@"
	fi
}

# apt ARGUMENTS: what apt says for people goes where standard error goes, its status stream to standard output.
# The stream has a descriptor of its own, since scripts of packages cannot write to the one it uses; it is opened
# behind sudo, which closes all but the first three.
apt() {
	as_root env DEBIAN_FRONTEND=noninteractive LC_ALL=C sh -c 'exec "$@" 3>&1 >&2' - \
		apt-get -q --no-install-recommends -o APT::Status-Fd=3 -o DPkg::Lock::Timeout="$LOCK_LIMIT_S" \
		-o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold "$@"
}

# Mirrors in the middle of a sync make apt-get update fail though the lists we need are good; the install will tell.
lists_update() {
	say "updating the lists of packages"
	apt update >"$LOG" 2>&1 || say "apt-get update complained, going on: $(grep -m1 '^[EW]:' "$LOG" || tail -1 "$LOG")"
}

# Percentages out of apt's status stream: on a terminal one line that changes, else a line for every quarter.
progress() {
	local line percent word last='' start=$SECONDS
	while read -r line; do
		# pmstatus:libc6:amd64:12.5000:Unpacking …: names may hold colons
		[[ $line =~ ^(dl|pm)status:[^\ ]*:([0-9]+)\.[0-9]+: ]] || continue
		percent=${BASH_REMATCH[2]} word=installing
		[[ ${BASH_REMATCH[1]} == pm ]] || word=fetching
		if [[ -t 2 ]]; then
			printf '\r\033[K  %s %3d %%  %s' "$word" "$percent" "$(seconds_text $((SECONDS - start)))" >&2
		elif [[ $word$((percent / 25)) != "$last" ]]; then
			say "  $word $percent %  $(seconds_text $((SECONDS - start)))"
		fi
		last=$word$((percent / 25))
	done
	[[ ! -t 2 ]] || printf '\r\033[K' >&2
}

# "fetch 257 MB, 917 MB on disk", out of what apt would do. (With --assume-no it does it all the same
# when nothing but the named packages is to be installed.)
sizes() {
	apt --print-uris install "$@" 2>&1 |
		sed -nE 's/^Need to get (.*) of archives\.$/fetch \1/p; s/^After this operation, (.*) of .*disk space.*$/\1 on disk/p' |
		paste -sd, | sed 's/,/, /'
}

# Debian's PostgreSQL makes and starts a cluster when it is first installed. Ours are private (ci/postgres.sh),
# so that is switched off by a file of our own, for the time of this one installation.
cluster_prevent() {
	[[ " $* " == *" postgresql-15 "* ]] || return 0
	as_root mkdir -p "${NO_CLUSTER%/*}"
	as_root tee "$NO_CLUSTER" <<<"create_main_cluster = false" >/dev/null
}

cluster_allow() { [[ ! -e $NO_CLUSTER ]] || as_root rm -f "$NO_CLUSTER"; }

packages_install() {
	local start=$SECONDS
	lists_update
	say "installing from Debian ($(sizes "$@")): $*"
	cluster_prevent "$@"
	apt -y install "$@" 2>"$LOG" | progress ||
		die "apt-get could not install: $(tail -n 5 "$LOG")"
	cluster_allow
	say "installed $# packages and what they need in $(seconds_text $((SECONDS - start)))"
}

# npm_install FOLDER: npm packages, without their scripts: nothing of them needs to run at installation.
# The stamp is the lock file as it was when they were installed.
npm_install() {
	local folder=$1 lock=$REPO/$1/package-lock.json stamp=$REPO/$1/node_modules/.faultline-lock
	[[ -e $lock ]] || return 0
	cmp -s "$lock" "$stamp" && return
	say "installing the npm packages of $folder/package-lock.json"
	(cd "$REPO/$folder" && npm ci --ignore-scripts --no-audit --no-fund >"$LOG" 2>&1) ||
		die "npm ci failed: $(tail -n 5 "$LOG")"
	cp "$lock" "$stamp"
}

main() {
	local group
	local -a lacking
	[[ $# -ge 1 ]] || die "say which groups: $(packages | awk '{ print $1 }' | sort -u | paste -sd' ')"
	for group in "$@"; do
		packages | grep -q "^$group " || die "unknown group '$group'"
	done
	mapfile -t lacking < <(missing "$@")
	if [[ ${#lacking[@]} -gt 0 ]]; then
		packages_install "${lacking[@]}"
	fi
	if [[ " $* " =~ " web "|" browser " ]]; then
		npm_install web
	fi
	if [[ " $* " == *" bench "* ]]; then
		npm_install ci/bench/npm
	fi
}

LOG=$(mktemp)
trap 'cluster_allow; rm -f "$LOG"' EXIT
main "$@"
