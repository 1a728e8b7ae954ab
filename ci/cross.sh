#!/bin/bash
# The runner on other architectures: built with their compiler against libraries extracted from Debian's packages, and its unit
# tests run under user-mode emulation. Says TAP, a test a program.
#   ci/cross.sh ARCH…                 SYSROOTS=DIR  where the libraries are kept (default: build/sysroots)
#   PACKAGE=1 ci/cross.sh ARCH…       makes build/faultline-runner_VERSION_ARCH.deb of each, too
set -euo pipefail
# shellcheck source=ci/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=ci/foreign.sh
. "$(dirname "$0")/foreign.sh"

readonly LIBRARIES="libc6-dev libcmocka-dev libcurl4-openssl-dev libjansson-dev libssl-dev zlib1g-dev" LIMIT_S=60
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

# What `make install` puts in place, with this architecture's runner, as a package that installs nothing at random places.
package() {
	local arch=$1 debian version root
	debian=$(debian_arch "$arch")
	version=$(sed -n 's/^#define RUNNER_VERSION "\(.*\)"/\1/p' runner/config.h)
	root=build/package-$arch
	rm -rf "$root"
	make -s install DESTDIR="$root" PREFIX=/usr >/dev/null
	rm -f "$root"/usr/bin/faultline-server "$root"/usr/share/man/man1/faultline-server.1
	cp "build/cross/$arch/faultline-runner" "$root/usr/bin/"
	mkdir "$root/DEBIAN"
	cat >"$root/DEBIAN/control" <<-CONTROL
		Package: faultline-runner
		Version: $version
		Architecture: $debian
		Maintainer: Faultline
		Section: devel
		Priority: optional
		Depends: libc6, libcurl4, libjansson4, libssl3, zlib1g, git, make, gcc, kmod, xfsprogs, e2fsprogs
		Recommends: qemu-system-x86 | qemu-system-arm | qemu-system-ppc, ccache
		Description: builds, boots and stresses kernels for a Faultline server
	CONTROL
	dpkg-deb --root-owner-group --build "$root" "build/faultline-runner_${version}_$debian.deb" >/dev/null
	say "build/faultline-runner_${version}_$debian.deb"
}

main() {
	local arch
	local -a programs=()
	cd "$REPO"
	ci/install.sh build cross "$@"
	for arch in "$@"; do
		# shellcheck disable=SC2086 # one word for each
		[[ -d $SYSROOTS/$arch ]] || ci/foreign-root.sh "$SYSROOTS" "$arch" $LIBRARIES
		make -s -j"$(nproc)" ARCHES="$(arch_own) $*" SYSROOTS="$SYSROOTS" "cross-$arch" >/dev/null
		mapfile -t -O "${#programs[@]}" programs < <(wrap "$arch")
		[[ ! ${PACKAGE:-} ]] || package "$arch"
	done
	CMOCKA_MESSAGE_OUTPUT=TAP perl ci/tap.pl "$(nproc)" "$LIMIT_S" "$COUNTS" "${programs[@]}"
}

[[ $# -ge 1 ]] || { say "usage: ci/cross.sh ARCH…" && exit 2; }
main "$@"
