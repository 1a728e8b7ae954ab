#!/bin/bash
# The runner on other architectures: built with their compiler against libraries extracted from Debian's packages, and its unit
# tests run under user-mode emulation. Says TAP, a test a program.
#   ci/cross.sh ARCH…                 SYSROOTS=DIR  where the libraries are kept (default: build/sysroots)
set -euo pipefail
# shellcheck source=ci/lib.sh
. "$(dirname "$0")/lib.sh"

readonly LIMIT_S=60
SYSROOTS=$(realpath -m -- "${SYSROOTS:-$REPO/build/sysroots}")
COUNTS=${COUNTS:-/dev/null}

# The emulator of an architecture, as Debian names it.
emulator() { case $1 in arm64) echo qemu-aarch64-static ;; *) echo "qemu-$1-static" ;; esac; }

# A program of its own for each test, since ci/tap.pl runs programs.
wrap() {
	local arch=$1 program
	find "build/cross/$arch" -name '*_test' -type f | sort | while read -r program; do
		mkdir -p "$(dirname "build/emulated/${program#build/cross/}")"
		printf '#!/bin/sh\nexec %s -L %q %q "$@"\n' "$(emulator "$arch")" "$SYSROOTS/$arch" "$REPO/$program" >"build/emulated/${program#build/cross/}"
		chmod +x "build/emulated/${program#build/cross/}"
		echo "build/emulated/${program#build/cross/}"
	done
}

main() {
	local arch
	local -a programs=()
	cd "$REPO"
	ci/install.sh build cross "$@"
	ci/sysroots.sh "$SYSROOTS" "$@"
	for arch in "$@"; do
		make -s -j"$(nproc)" ARCHES="$(arch_own) $*" SYSROOTS="$SYSROOTS" "cross-$arch" >/dev/null
		mapfile -t -O "${#programs[@]}" programs < <(wrap "$arch")
	done
	CMOCKA_MESSAGE_OUTPUT=TAP perl ci/tap.pl "$(nproc)" "$LIMIT_S" "$COUNTS" "${programs[@]}"
}

[[ $# -ge 1 ]] || { say "usage: ci/cross.sh ARCH…" && exit 2; }
main "$@"
