#!/bin/bash
# Debian packages of what `make install` puts in place, in build/: faultline-runner of each architecture asked for, cross-built where
# it is not this machine's, and faultline-server of this machine's own.
#   ci/package.sh [ARCH…]             ARCH: x86_64, arm64 or ppc64le; default: all.  SYSROOTS=DIR as for ci/cross.sh
# Decision: dpkg-deb on a folder. A source package would be built by a machine of each architecture, and we have one machine. What a
# program is linked with depends on its source alone, so dpkg-shlibdeps is asked about this machine's own build.
set -euo pipefail
# shellcheck source=ci/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=ci/foreign.sh
. "$(dirname "$0")/foreign.sh"

readonly UNITS=usr/lib/systemd/system
SYSROOTS=$(realpath -m -- "${SYSROOTS:-$REPO/build/sysroots}")

version() { sed -n 's/^#define [A-Z]*_VERSION "\(.*\)"/\1/p' "$1"; }

# Packages that a program of this machine is linked with.
libraries() {
	mkdir -p "$WORK/shlibs/debian"
	printf 'Source: faultline\n\nPackage: faultline\nArchitecture: any\n' >"$WORK/shlibs/debian/control"
	(cd "$WORK/shlibs" && dpkg-shlibdeps -O "$REPO/$1" 2>/dev/null) | sed 's/^shlibs:Depends=//'
}

# program NAME ARCH: where it was built.
program() { if [[ $2 == "$(arch_own)" ]]; then echo "build/$1"; else echo "build/cross/$2/$1"; fi; }

# stage ROOT NAME ARCH: the files of the package NAME.
stage() {
	local root=$1 name=$2 unit
	make -s install DESTDIR="$root" PREFIX=/usr >/dev/null
	install -D -t "$root/usr/bin" "$(program "$name" "$3")"
	find "$root" \( -name 'faultline-server*' -o -name 'faultline-runner*' \) ! -name "$name*" -delete
	[[ $name == faultline-runner ]] || rm -rf "$root/usr/share/faultline"
	install -d "$root/etc/faultline"
	for unit in "ci/systemd/$name"*.service; do
		[[ ! -f $unit ]] || install -D -m 644 -t "$root/$UNITS" "$unit"
	done
	find "$root" -name '*.1' -exec gzip -9n {} +
	find "$root" -type d -empty ! -path "$root/etc/*" -delete
}

# Systemd learns of units that come, change and go.
scripts() {
	local root=$1 units
	units=$(cd "$root/$UNITS" 2>/dev/null && echo *.service) || return 0
	printf '#!/bin/sh\n[ ! -d /run/systemd/system ] || systemctl daemon-reload\n' >"$root/DEBIAN/postinst"
	cp "$root/DEBIAN/postinst" "$root/DEBIAN/postrm"
	# shellcheck disable=SC2016 # for dpkg's shell
	printf '#!/bin/sh\n[ "$1" != remove ] || [ ! -d /run/systemd/system ] || systemctl disable --now %s\n' "$units" >"$root/DEBIAN/prerm"
	chmod 755 "$root"/DEBIAN/{postinst,postrm,prerm}
}

# package NAME ARCH VERSION MORE: MORE is what control says besides.
package() {
	local name=$1 arch=$2 debian root deb
	debian=$(debian_arch "$arch")
	deb=build/${name}_$3_$debian.deb
	root=$WORK/$name-$debian
	stage "$root" "$name" "$arch"
	mkdir "$root/DEBIAN"
	printf '%s\n' "Package: $name" "Version: $3" "Architecture: $debian" 'Maintainer: Faultline' 'Section: devel' 'Priority: optional' \
		"Installed-Size: $(du -sk "$root" | cut -f1)" "$4" >"$root/DEBIAN/control"
	scripts "$root"
	dpkg-deb --root-owner-group -Zxz --build "$root" "$deb.new" >/dev/null
	mv "$deb.new" "$deb"
	say "$deb"
}

main() {
	local arch libraries
	local -a programs=()
	cd "$REPO"
	# shellcheck disable=SC2046 # one word for each
	ci/install.sh build package test $(arch_foreign "$*")
	ci/sysroots.sh "$SYSROOTS" "$@"
	for arch in "$@"; do
		programs+=("$(program faultline-runner "$arch")")
	done
	make -s -j"$(nproc)" ARCHES="$(arch_own) $(arch_foreign "$*")" SYSROOTS="$SYSROOTS" all "${programs[@]}" >/dev/null
	libraries=$(libraries build/faultline-runner)
	for arch in "$@"; do
		package faultline-runner "$arch" "$(version runner/config.h)" "Depends: $libraries, kmod, xfsprogs
Recommends: bubblewrap, ccache, e2fsprogs, gcc, git, make, mmdebstrap, qemu-system-arm | qemu-system-ppc | qemu-system-x86, systemd
Description: builds, boots and stresses kernels for a Faultline server"
	done
	package faultline-server "$(arch_own)" "$(version server/version.h)" "Depends: $(libraries build/faultline-server), git
Recommends: postgresql
Description: continuous regression service for Linux kernel trees"
}

[[ $# -gt 0 ]] || set -- x86_64 arm64 ppc64le
WORK=$(mktemp -d)
trap 'rm -rf -- "$WORK"' EXIT
main "$@"
