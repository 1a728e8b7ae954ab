#!/bin/bash
# `make test`: everything. Quick suite, lint, fuzzing's cases, end to end with a stand-in for kernel and boot, a real kernel
# in QEMU, pages in a browser. The last line counts every single test; the exit code is 0 only if none failed.
#   ci/test.sh e2e/jobs [WORD]     only that file (and there only the tests whose name holds WORD)
# As root the end-to-end tests run as the user `faultline`, from a copy it can read wherever the clone lies. Everything
# has a time limit, and everything started ends with this script, however it ends.
set -euo pipefail
# shellcheck source=ci/lib.sh
. "$(dirname "$0")/lib.sh"

readonly LINT_LIMIT_S=180 FUZZ_LIMIT_S=180 E2E_LIMIT_S=420 KERNEL_LIMIT_S=420 ROOT_LIMIT_S=1200 MACHINE_LIMIT_S=600 BROWSER_LIMIT_S=480
readonly END_LIMIT_S=30 # for clean-up behind a Ctrl-C
# Architectures that are cross-compiled for and emulated here.
FOREIGN=$(arch_foreign)
STAGE='' CHILD='' FAILED=''

section() { say "== $1 ($(seconds_text "$SECONDS"))"; }

# run CMD…: in the background, so that a signal reaches us at once; it ends with us.
run() {
	local result=0
	"$@" &
	CHILD=$!
	wait "$CHILD" || result=$?
	CHILD=''
	[[ $result -eq 0 ]] || FAILED=1
}

# Tests hold the lock for as long as anything of theirs runs, so that the copy is not taken away under them.
clean_up() {
	trap '' INT TERM
	[[ ! $CHILD ]] || kill -TERM "$CHILD" 2>/dev/null || :
	[[ $STAGE ]] || return 0
	flock -w "$END_LIMIT_S" "$STAGE/lock" true || :
	rm -rf -- "$STAGE"
}

# Everything the tests need, readable by the user they run as.
stage_make() {
	user_ensure
	STAGE=$(as_user mktemp -d "${TMPDIR:-/tmp}/faultline-test.XXXXXX")
	as_user touch "$STAGE/lock" "$STAGE/counts"
}

stage_fill() {
	local package
	local -a wanted=(ci db/seed.sql db/queries server/console/samples server/http/openapi.json server/http/routes.c)
	chmod 755 "$STAGE"
	tar -C "$REPO" -cf - "${wanted[@]}" | tar -C "$STAGE" --no-same-owner -xf -
	mkdir -p "$STAGE/san" "$STAGE/web/node_modules"
	cp "$REPO"/build/san/faultline-{server,runner} "$STAGE/san/"
	for package in playwright-core axe-core standardwebhooks @stablelib fast-sha256; do
		[[ ! -d $REPO/web/node_modules/$package ]] || cp -r "$REPO/web/node_modules/$package" "$STAGE/web/node_modules/"
	done
	make -s -C "$REPO" install PREFIX="$STAGE/prefix" >/dev/null
	chmod -R a+rX "$STAGE"/{ci,db,server,san,prefix,web}
}

# suite NAME JOBS LIMIT_S FILE…: TAP programs of the copy, as the user.
suite() {
	local name=$1 jobs=$2 limit_s=$3
	shift 3
	section "$name"
	# shellcheck disable=SC2086 # one word or none
	AS_USER_DIES=1 run ${AS_ROOT-as_user} env -C "$STAGE" BIN="$BIN" SHARE="$STAGE/prefix/share/faultline" KERNEL="$STATE/demo/kernel" \
		KERNELS="$STATE/demo/kernels" ROOTS="$STATE/demo/roots" MACHINES="$STATE/demo/machines" PACKAGES="$STAGE/packages" \
		ARCHES="$FOREIGN" flock -s "$STAGE/lock" perl ci/tap.pl "$jobs" "$limit_s" "$STAGE/counts" "$@"
}

end_to_end() {
	local file
	local -a files=()
	for file in "$REPO"/ci/e2e/*.sh; do
		case ${file##*/} in
		lib.sh | real-*.sh | foreign-*.sh | self.sh | browser.sh | soak.sh | chaos.sh) ;;
		*) files+=("ci/e2e/${file##*/}") ;;
		esac
	done
	BIN=$STAGE/san suite 'end to end, with a stand-in for kernel and boot' 3 "$E2E_LIMIT_S" "${files[@]}"
}

real_kernel() {
	section "the distribution's kernel"
	folder_ensure "$STATE/demo"
	if ! "$REPO/ci/demo-kernel.sh" "$STATE/demo/kernel"; then
		FAILED=1
		echo '0 1 0' >>"$STAGE/counts"
		return
	fi
	folder_ensure "$STATE/demo/roots/images"
	BIN=$STAGE/prefix/bin suite 'a real kernel in QEMU' 1 "$KERNEL_LIMIT_S" ci/e2e/real-kernel.sh
	BIN=$STAGE/prefix/bin suite 'workloads in a real kernel' 1 "$ROOT_LIMIT_S" ci/e2e/real-workloads.sh
}

# foreign_fetch: the distribution's kernels of the other architectures, as ci/demo-kernel.sh makes them.
foreign_fetch() {
	local arch
	folder_ensure "$STATE/demo/roots/images"
	for arch in $FOREIGN; do
		"$REPO/ci/demo-kernel.sh" "$STATE/demo/kernels/$arch" "$arch" || return
	done
	# One is enough to see that packaged programs get their libraries; what is there is not fetched again.
	arch=${FOREIGN%% *}
	[[ -d $STATE/demo/roots/$arch ]] || "$REPO/ci/foreign-root.sh" "$STATE/demo/roots" "$arch" stress-ng
}

foreign_kernels() {
	section "the distribution's kernels of other architectures"
	if ! foreign_fetch; then
		FAILED=1
		echo '0 1 0' >>"$STAGE/counts"
		return
	fi
	BIN=$STAGE/prefix/bin suite 'real kernels of other architectures in QEMU' 1 "$KERNEL_LIMIT_S" ci/e2e/foreign-kernel.sh
}

# machine_fetch: a Debian machine of another architecture, and the package that is installed in it.
machine_fetch() {
	local arch=${FOREIGN%% *}
	"$REPO/ci/machine.sh" "$STATE/demo/machines" "$arch" "$STATE/demo/kernels/$arch" || return
	SYSROOTS=$STATE/demo/sysroots "$REPO/ci/package.sh" "$arch" || return
	mkdir -p "$STAGE/packages"
	cp "$REPO"/build/faultline-runner_*.deb "$STAGE/packages/"
	chmod -R a+rX "$STAGE/packages"
}

foreign_machine() {
	section 'a machine of another architecture'
	if ! machine_fetch; then
		FAILED=1
		echo '0 1 0' >>"$STAGE/counts"
		return
	fi
	BIN=$STAGE/prefix/bin suite 'the packaged runner in an emulated machine' 1 "$MACHINE_LIMIT_S" ci/e2e/foreign-machine.sh
}

# The one runner that must be root, where we are: it mounts.
own_kernel() { AS_ROOT='' BIN=$STAGE/san suite "this machine's own kernel" 1 "$KERNEL_LIMIT_S" ci/e2e/self.sh; }

# The pictures outlive the copy.
screens_keep() {
	[[ -d $STAGE/build/screens ]] || return 0
	rm -rf -- "$REPO/build/screens"
	cp -r "$STAGE/build/screens" "$REPO/build/"
}

browser() {
	BIN=$STAGE/prefix/bin suite 'pages in a browser' 1 "$BROWSER_LIMIT_S" ci/browser/seeded.sh ci/e2e/browser.sh
	screens_keep
}

build() {
	section 'building: programs, guest, and all again with sanitizers'
	make -s -C "$REPO" -j"$(nproc)" all san tests >/dev/null && stage_fill
}

everything() {
	section 'quick suite'
	COUNTS=$STAGE/counts run "$REPO/ci/check.sh"
	section 'unit tests of the runner on other architectures, emulated'
	folder_ensure "$STATE/demo"
	# shellcheck disable=SC2086 # one word for each
	COUNTS=$STAGE/counts SYSROOTS=$STATE/demo/sysroots run "$REPO/ci/cross.sh" $FOREIGN
	section 'lint'
	run perl "$REPO/ci/tap.pl" 1 "$LINT_LIMIT_S" "$STAGE/counts" "$REPO/ci/lint.sh"
	section 'fuzzing: all cases, and a short run of each target'
	run perl "$REPO/ci/tap.pl" 1 "$FUZZ_LIMIT_S" "$STAGE/counts" "$REPO/ci/fuzz.sh"
	end_to_end
	own_kernel
	real_kernel
	foreign_kernels
	foreign_machine
	browser
}

# One file, shown as it comes.
one() {
	local file=ci/${1%.sh}.sh bin=$STAGE/san
	[[ -f $REPO/$file ]] || die "no such tests: $file"
	case $file in
	*/real-kernel.sh | */real-workloads.sh | */soak.sh)
		bin=$STAGE/prefix/bin
		folder_ensure "$STATE/demo/roots/images"
		"$REPO/ci/demo-kernel.sh" "$STATE/demo/kernel"
		;;
	*/foreign-kernel.sh)
		bin=$STAGE/prefix/bin
		foreign_fetch
		;;
	*/foreign-machine.sh)
		bin=$STAGE/prefix/bin
		foreign_fetch
		machine_fetch
		;;
	browser/* | */browser.sh) bin=$STAGE/prefix/bin ;;
	*/self.sh) AS_ROOT='' ;;
	esac
	# shellcheck disable=SC2086 # one word or none
	AS_USER_DIES=1 run ${AS_ROOT-as_user} env -C "$STAGE" BIN="$bin" SHARE="$STAGE/prefix/share/faultline" KERNEL="$STATE/demo/kernel" \
		KERNELS="$STATE/demo/kernels" ROOTS="$STATE/demo/roots" MACHINES="$STATE/demo/machines" PACKAGES="$STAGE/packages" \
		ARCHES="$FOREIGN" flock -s "$STAGE/lock" "$file" "${@:2}"
	screens_keep
	exit "${FAILED:-0}"
}

closing_line() {
	awk '{ passed += $1; failed += $2; skipped += $3 }
		END { printf "%d passed, %d failed", passed, failed; if (skipped) printf ", %d skipped", skipped; print "" }' "$STAGE/counts"
}

main() {
	# shellcheck disable=SC2086 # one word for each
	"$REPO/ci/install.sh" build run test web browser cross $FOREIGN
	stage_make
	if ! build; then
		echo '0 1 0' >>"$STAGE/counts"
		FAILED=1
	elif [[ $# -gt 0 ]]; then
		one "$@"
	else
		everything
	fi
	if ! flock -w "$END_LIMIT_S" "$STAGE/lock" true; then
		say 'something that the tests started still runs'
		FAILED=1
		echo '0 1 0' >>"$STAGE/counts"
	fi
	section 'done'
	closing_line
	[[ ! $FAILED ]] || exit 1
}

trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
main "$@"
